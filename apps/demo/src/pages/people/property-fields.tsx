import { textOf } from "@kinde-cerbos/core/internal";
import { type ReactNode } from "react";
import { ValueField } from "./value-field.tsx";

type Values = Readonly<Record<string, unknown>>;

interface PropertyFieldsProps {
  readonly own: Values | undefined;
  /** The properties of all people or all organizations: their names, and values to propose. */
  readonly all: readonly (Values | undefined)[];
  readonly onChange: (properties: Values) => Promise<void>;
}

/** The properties of a person or of an organization. */
export function PropertyFields({ own, all, onChange }: PropertyFieldsProps): ReactNode {
  const keys = [...new Set(all.flatMap((values) => Object.keys(values ?? {})))];
  return keys.map((key) => (
    <ValueField
      key={key}
      label={`${key.charAt(0).toUpperCase()}${key.slice(1)}`}
      type="string"
      value={own?.[key]}
      otherwise="None"
      known={[...new Set(all.map((values) => textOf(values?.[key])))].filter(Boolean)}
      onChange={(value) => onChange({ [key]: value })}
    />
  ));
}
