import { type ReactNode } from "react";

interface ChoiceProps {
  readonly label: string;
  readonly options: readonly { readonly id: string; readonly name: string }[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** One of a few, side by side. */
export function Choice({ label, options, chosen, onChoose }: ChoiceProps): ReactNode {
  return (
    <div className="people-choice">
      <span aria-hidden="true">{label}</span>
      <fieldset className="segments" aria-label={label}>
        {options.map(({ id, name }) => (
          <button key={id} type="button" aria-pressed={id === chosen} onClick={() => onChoose(id)}>
            {name}
          </button>
        ))}
      </fieldset>
    </div>
  );
}
