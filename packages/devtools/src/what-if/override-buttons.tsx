import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type ReactNode } from "react";
import { useScenario, whatIf } from "./page-what-if.ts";
import { type Outcome, type Place, placeOf } from "./scenario.ts";

const OUTCOMES: readonly { readonly outcome: Outcome | null; readonly name: string }[] = [
  { outcome: null, name: "Real" },
  { outcome: "allow", name: "Allow" },
  { outcome: "deny", name: "Deny" },
  { outcome: "pending", name: "Pending" },
  { outcome: "error", name: "Error" },
];

interface OverrideButtonsProps {
  readonly provider: InspectedProvider;
  /** The decision to override, such as a row of the decision list. */
  readonly row: Place;
}

/** Buttons that override a decision in this browser. */
export function OverrideButtons({ provider, row }: OverrideButtonsProps): ReactNode {
  const { overrides } = useScenario(provider.id);
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
