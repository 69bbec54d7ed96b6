import { type ReactNode } from "react";
import { type PdpWay, usePdpWay } from "./pdp-way.tsx";

const WAYS: readonly { readonly way: PdpWay; readonly label: string; readonly hint: ReactNode }[] = [
  {
    way: "gateway",
    label: "Through the gateway",
    hint: <>The gateway verifies the token and sends Cerbos the user in it. Use this in production.</>,
  },
  {
    way: "direct",
    label: "Directly to the PDP",
    hint: (
      <>
        The page calls Cerbos itself and chooses the principal. Safe only if the policies trust nothing but the token.
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
        <legend className="unseen">How the page calls Cerbos</legend>
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
