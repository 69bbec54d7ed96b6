import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { type ReactNode, startTransition, useOptimistic } from "react";
import { EntitlementFields } from "./entitlement-fields.tsx";
import { FlagFields } from "./flag-fields.tsx";
import { PropertyFields } from "./property-fields.tsx";
import { type Subject } from "./subject.ts";
import { type Change } from "./use-config.ts";

interface OrganizationFormProps {
  readonly config: LocalKindeConfig;
  readonly organization: Subject["organization"];
  readonly change: Change;
}

/** Edits the settings of an organization, which apply to all of its members. */
export function OrganizationForm({ config, organization, change }: OrganizationFormProps): ReactNode {
  const entry = `organizations/${encodeURIComponent(organization.code)}`;
  return (
    <section className="card people-form" aria-label="The organization">
      <h2>{organization.name}, for all of its members</h2>
      <fieldset>
        <legend>Plan</legend>
        <PlanField
          plans={config.plans ?? []}
          chosen={organization.plans?.[0] ?? ""}
          onChange={(plans) => change(entry, { plans })}
        />
        <EntitlementFields
          plans={config.plans ?? []}
          organization={organization}
          onChange={(entitlements) => change(entry, { entitlements })}
        />
      </fieldset>
      <fieldset>
        <legend>Feature flags</legend>
        <FlagFields
          flags={config.featureFlags ?? {}}
          own={organization.featureFlags}
          inherited={[]}
          onChange={(featureFlags) => change(entry, { featureFlags })}
        />
      </fieldset>
      <fieldset>
        <legend>Properties</legend>
        <PropertyFields
          own={organization.properties}
          all={config.organizations.map(({ properties }) => properties)}
          onChange={(properties) => change(entry, { properties })}
        />
      </fieldset>
    </section>
  );
}

interface PlanFieldProps {
  readonly plans: NonNullable<LocalKindeConfig["plans"]>;
  /** Its key; empty for none. */
  readonly chosen: string;
  readonly onChange: (plans: readonly string[]) => Promise<void>;
}

function PlanField({ plans, chosen, onChange }: PlanFieldProps): ReactNode {
  const [shown, show] = useOptimistic(chosen);
  const choose = (key: string): void =>
    startTransition(async () => {
      show(key);
      await onChange(key === "" ? [] : [key]);
    });
  return (
    <label className="people-field">
      Plan
      <select value={shown} onChange={({ target }) => choose(target.value)}>
        <option value="">None</option>
        {plans.map(({ key, name = key }) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
