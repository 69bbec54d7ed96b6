import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type ReactNode, useId, useState } from "react";
import { useScenario, whatIf } from "./page-what-if.ts";
import { type Outcome } from "./scenario.ts";

/** The longest delay of an answer, in ms. */
const MAX_DELAY_MS = 60_000;

const CHOICES: readonly { readonly outcome: Outcome | null; readonly name: string; readonly what: string }[] = [
  { outcome: null, name: "Real decisions", what: "Cerbos decides." },
  { outcome: "pending", name: "Pending", what: "Checks never finish." },
  { outcome: "deny", name: "Denied", what: "Each check is denied." },
  { outcome: "error", name: "Error", what: "Each check fails with check_refused." },
  { outcome: "slow", name: "Slow", what: "Cerbos decides, but its answers are delayed." },
  {
    outcome: "down",
    name: "PDP down",
    what: "Each check fails with pdp_unavailable, as on a page loaded while Cerbos is down.",
  },
];

/** Radio buttons for the outcome of all checks. */
export function AllChecks({ provider }: { readonly provider: InspectedProvider }): ReactNode {
  const scenario = useScenario(provider.id);
  const id = useId();
  const [delay, setDelay] = useState(String(scenario.delayMs));
  const delayMs = Math.min(Math.max(Math.round(Number(delay)) || 0, 0), MAX_DELAY_MS);
  const choose = (outcome: Outcome | null): void => whatIf.simulateAll(provider, outcome, delayMs);
  const applyDelay = (): void => {
    setDelay(String(delayMs));
    if (scenario.all === "slow" && scenario.delayMs !== delayMs) choose("slow");
  };
  return (
    <fieldset className="all-checks">
      <legend>All checks and plans</legend>
      {CHOICES.map(({ outcome, name, what }) => (
        <div key={name}>
          <label>
            <input
              type="radio"
              name={id}
              checked={scenario.all === outcome}
              onChange={() => choose(outcome)}
              aria-describedby={`${id}-${name}`}
            />{" "}
            {name}
          </label>{" "}
          <span className="muted" id={`${id}-${name}`}>
            {what}
          </span>
          {outcome === "slow" && (
            <label className="delay">
              Delay in ms{" "}
              <input
                type="number"
                min="0"
                max={MAX_DELAY_MS}
                step="100"
                value={delay}
                onChange={({ target }) => setDelay(target.value)}
                onBlur={applyDelay}
                onKeyDown={({ key }) => key === "Enter" && applyDelay()}
              />
            </label>
          )}
        </div>
      ))}
    </fieldset>
  );
}
