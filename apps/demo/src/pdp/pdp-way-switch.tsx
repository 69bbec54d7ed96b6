import { type ReactNode } from "react";
import { type PdpWay, usePdpWay } from "./pdp-way.tsx";

const WAYS: readonly { readonly way: PdpWay; readonly label: string; readonly hint: ReactNode }[] = [
  {
    way: "gateway",
    label: "Through the gateway",
    hint: (
      <>
        <code>/authz</code> verifies the token, and asks Cerbos in the name of whom it proves. The way for production.
      </>
    ),
  },
  {
    way: "direct",
    label: "Directly at the PDP",
    hint: (
      <>
        <code>/pdp</code> is Cerbos itself, and the page says who asks. Its policies must believe the token only.
      </>
    ),
  },
];

/** Chooses how the page reaches Cerbos. */
export function PdpWaySwitch(): ReactNode {
  const { way: chosen, choose } = usePdpWay();
  return (
    <div className="way">
      <fieldset className="segments">
        <legend className="unseen">How Cerbos is asked</legend>
        {WAYS.map(({ way, label }) => (
          <label key={way}>
            <input
              className="unseen"
              type="radio"
              name="pdp-way"
              checked={way === chosen}
              onChange={() => choose(way)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      <p className="hint">{WAYS.find(({ way }) => way === chosen)?.hint}</p>
    </div>
  );
}
