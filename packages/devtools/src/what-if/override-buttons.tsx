import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type ReactNode } from "react";
import { useTrial, whatIf } from "./page-what-if.ts";
import { type Outcome, type Place, placeOf } from "./trial.ts";

const OUTCOMES: readonly { readonly outcome: Outcome | null; readonly name: string }[] = [
  { outcome: null, name: "As it is" },
  { outcome: "allow", name: "Allow" },
  { outcome: "deny", name: "Deny" },
  { outcome: "pending", name: "Pending" },
  { outcome: "error", name: "Error" },
];

interface OverrideButtonsProps {
  readonly provider: InspectedProvider;
  /** A decision, such as a row of the decisions. */
  readonly row: Place;
}

/** Chooses the outcome of a decision by hand, in this browser only. */
export function OverrideButtons({ provider, row }: OverrideButtonsProps): ReactNode {
  const { overrides } = useTrial(provider.id);
  const current = overrides.get(placeOf(row)) ?? null;
  return (
    <fieldset className="override" aria-label={`Override “${row.action}” on ${row.kind} ${row.id}`}>
      {OUTCOMES.map(({ outcome, name }) => (
        <button key={name} aria-pressed={current === outcome} onClick={() => whatIf.override(provider, row, outcome)}>
          {name}
        </button>
      ))}
    </fieldset>
  );
}
