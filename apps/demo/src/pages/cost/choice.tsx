import { type ReactNode, useId } from "react";

interface ChoiceProps {
  readonly legend: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One of a few. */
export function Choice({ legend, options, value: chosen, onChange }: ChoiceProps): ReactNode {
  const name = useId();
  return (
    <fieldset className="choice">
      <legend className="hint">{legend}</legend>
      <div className="segments">
        {options.map(({ value, label }) => (
          <label key={value}>
            <input
              className="unseen"
              type="radio"
              name={name}
              checked={value === chosen}
              onChange={() => onChange(value)}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
