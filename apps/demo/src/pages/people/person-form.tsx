import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { type ReactNode } from "react";
import { CheckList } from "./check-list.tsx";
import { FlagFields } from "./flag-fields.tsx";
import { PropertyFields } from "./property-fields.tsx";
import { type Subject } from "./subject.ts";
import { type Change } from "./use-config.ts";

interface PersonFormProps {
  readonly config: LocalKindeConfig;
  readonly subject: Subject;
  readonly change: Change;
}

/** Edits a person: in one organization, and in all. */
export function PersonForm({ config, subject, change }: PersonFormProps): ReactNode {
  const { person, membership, organization } = subject;
  const { roles = [], permissions = [] } = membership;
  const entry = `people/${encodeURIComponent(person.id)}`;
  const at = person.memberships.indexOf(membership);
  const changeMembership = (patch: Partial<typeof membership>): Promise<void> =>
    // A merge patch replaces a list as a whole.
    change(entry, { memberships: person.memberships.with(at, { ...membership, ...patch }) });
  const granting = (permission: string): string[] =>
    (config.roles ?? [])
      .filter((role) => roles.includes(role.key) && role.permissions.includes(permission))
      .map(({ name }) => name);
  return (
    <>
      <section className="card people-form" aria-label="In the organization">
        <h2>
          {person.givenName} in {organization.name}
        </h2>
        <CheckList
          title="Roles"
          items={(config.roles ?? []).map(({ key, name }) => ({ key, name, isTicked: roles.includes(key) }))}
          onChange={(keys) => changeMembership({ roles: [...keys] })}
        />
        <CheckList
          title="Permissions"
          items={(config.permissions ?? []).map(({ key, name = key }) => {
            const by = granting(key);
            const isFixed = by.length > 0;
            return {
              key,
              name,
              isTicked: isFixed || permissions.includes(key),
              fixedBy: isFixed ? `Included in the role ${by.join(" and ")}` : undefined,
            };
          })}
          onChange={(keys) => changeMembership({ permissions: [...keys] })}
        />
      </section>
      <section className="card people-form" aria-label="In every organization">
        <h2>{person.givenName}, in every organization</h2>
        <fieldset>
          <legend>Feature flags</legend>
          <FlagFields
            flags={config.featureFlags ?? {}}
            own={person.featureFlags}
            inherited={[{ from: organization.name, values: organization.featureFlags }]}
            onChange={(featureFlags) => change(entry, { featureFlags })}
          />
        </fieldset>
        <fieldset>
          <legend>Properties</legend>
          <PropertyFields
            own={person.properties}
            all={config.people.map(({ properties }) => properties)}
            onChange={(properties) => change(entry, { properties })}
          />
        </fieldset>
      </section>
    </>
  );
}
