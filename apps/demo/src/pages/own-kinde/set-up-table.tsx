import { useQuery } from "@tanstack/react-query";
import { type ReactNode } from "react";
import { type SetUp } from "../../../data/set-up.ts";
import { detailsOf } from "../../ui/error-text.ts";
import { Notice } from "../../ui/notice.tsx";
import { fetchSetUp } from "./set-up-api.ts";

/** Which Kinde and which PDP the playground runs on. */
export function SetUpTable(): ReactNode {
  const { data, error } = useQuery({ queryKey: ["set-up"], queryFn: ({ signal }) => fetchSetUp(signal), retry: false });
  return (
    <section aria-labelledby="what-is-set">
      <h2 id="what-is-set">Current settings</h2>
      {error && (
        <Notice title="The settings cannot be read" details={detailsOf(error)}>
          They are only shown on the machine that runs the playground.
        </Notice>
      )}
      <table className="set-up">
        <thead className="unseen">
          <tr>
            <th scope="col">Variable</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {rowsOf(data).map(([name, value, hint]) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td data-variable={name}>
                <code>{value}</code>
                {hint && <span className="hint"> {hint}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const NAMES = ["KINDE_DOMAIN", "KINDE_CLIENT_ID", "KINDE_AUDIENCE", "CERBOS_PDP"];

/** The variables, from the moment on that the table is there: nothing moves when they are known. */
function rowsOf(setUp: SetUp | undefined): readonly (readonly [name: string, value: string, hint: string])[] {
  if (!setUp) return NAMES.map((name) => [name, "\u00a0", ""]);
  const { isOwnKinde, issuer, clientId, audience, pdp } = setUp;
  const local = isOwnKinde ? "" : "default: the local Kinde";
  return [
    ["KINDE_DOMAIN", issuer, local],
    ["KINDE_CLIENT_ID", clientId, isOwnKinde ? "" : "default: that of the local Kinde"],
    ["KINDE_AUDIENCE", audience ?? "none", isOwnKinde || audience === null ? "" : "default: that of the local Kinde"],
    ["CERBOS_PDP", pdp, isOwnKinde ? "" : "default: the playground's PDP"],
  ];
}
