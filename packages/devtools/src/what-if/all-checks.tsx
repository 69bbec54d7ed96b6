import { type InspectedProvider } from "@kinde-cerbos/react/internal";
import { type ReactNode, useId, useState } from "react";
import { useTrial, whatIf } from "./page-what-if.ts";
import { type Outcome } from "./trial.ts";

/** The longest that an answer can be delayed, in ms. */
const MAX_DELAY_MS = 60_000;

const CHOICES: readonly { readonly outcome: Outcome | null; readonly name: string; readonly what: string }[] = [
  { outcome: null, name: "As they are", what: "Cerbos decides." },
  { outcome: "pending", name: "Pending", what: "No answer comes." },
  { outcome: "deny", name: "Denied", what: "Each check is denied." },
  { outcome: "error", name: "Error", what: "Each check fails with check_refused." },
  { outcome: "slow", name: "Slow", what: "Cerbos decides, and the answer comes later." },
  {
    outcome: "down",
    name: "PDP down",
    what: "Each check fails with pdp_unavailable, as on a page that is loaded while Cerbos is down.",
  },
];

/** Chooses the outcome of all checks. */
export function AllChecks({ provider }: { readonly provider: InspectedProvider }): ReactNode {
  const trial = useTrial(provider.id);
  const id = useId();
  const [delay, setDelay] = useState(String(trial.delayMs));
  const delayMs = Math.min(Math.max(Math.round(Number(delay)) || 0, 0), MAX_DELAY_MS);
  const choose = (outcome: Outcome | null): void => whatIf.simulateAll(provider, outcome, delayMs);
  const applyDelay = (): void => {
    setDelay(String(delayMs));
    if (trial.all === "slow" && trial.delayMs !== delayMs) choose("slow");
  };
  return (
    <fieldset className="all-checks">
      <legend>All checks, and plans</legend>
      {CHOICES.map(({ outcome, name, what }) => (
        <div key={name}>
          <label>
            <input
              type="radio"
              name={id}
              checked={trial.all === outcome}
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
