import type { LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { type ReactNode } from "react";
import { ValueField } from "./value-field.tsx";

type Values = Readonly<Record<string, unknown>>;

interface FlagFieldsProps {
  readonly flags: NonNullable<LocalKindeConfig["featureFlags"]>;
  /** The flags set on it itself. */
  readonly own: Values | undefined;
  /** The places from which a flag without a value of its own comes, the nearest first. */
  readonly inherited: readonly { readonly from: string; readonly values: Values | undefined }[];
  readonly onChange: (flags: Values) => Promise<void>;
}

/** The feature flags of a person or of an organization. */
export function FlagFields({ flags, own, inherited, onChange }: FlagFieldsProps): ReactNode {
  return Object.entries(flags).map(([key, flag]) => {
    const { from, values } = inherited.find((one) => one.values?.[key] !== undefined) ?? {
      from: "Default",
      values: { [key]: flag.default },
    };
    return (
      <ValueField
        key={key}
        label={nameOf(key)}
        type={flag.type === "boolean" || flag.type === "integer" ? flag.type : "string"}
        value={own?.[key]}
        otherwise={`${from}: ${wordOf(values?.[key])}`}
        onChange={(value) => onChange({ [key]: value })}
      />
    );
  });
}

function nameOf(key: string): string {
  const words = key.replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function wordOf(value: unknown): string {
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}
