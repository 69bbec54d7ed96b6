import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { type ReactNode } from "react";
import { type Subject } from "./subject.ts";
import { ValueField } from "./value-field.tsx";

type Plans = NonNullable<LocalKindeConfig["plans"]>;
type Entitlement = Plans[number]["entitlements"][number];

interface EntitlementFieldsProps {
  readonly plans: Plans;
  readonly organization: Subject["organization"];
  /** Gets those that replace what the plan says. */
  readonly onChange: (entitlements: readonly Entitlement[]) => Promise<void>;
}

/** How much of each feature an organization may use: as its plan says, or another number. */
export function EntitlementFields({ plans, organization, onChange }: EntitlementFieldsProps): ReactNode {
  const { entitlements: own = [], plans: chosen = [] } = organization;
  const all = new Map(plans.flatMap(({ entitlements }) => entitlements).map((one) => [one.key, one]));
  const planned = plans.filter(({ key }) => chosen.includes(key)).flatMap(({ entitlements }) => entitlements);
  return [...all.values()].map(({ key, name = key }) => (
    <ValueField
      key={key}
      label={name}
      type="integer"
      value={own.find((one) => one.key === key)?.maximum}
      otherwise={`Plan: ${amountOf(planned.find((one) => one.key === key))}`}
      onChange={(value) => {
        const others = own.filter((one) => one.key !== key);
        return onChange(typeof value === "number" ? [...others, { key, name, maximum: value }] : others);
      }}
    />
  ));
}

function amountOf(entitlement: Entitlement | undefined): string {
  return entitlement ? String(entitlement.maximum ?? "no limit") : "none";
}
