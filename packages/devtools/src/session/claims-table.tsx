import { type KindeClaims, type Principal } from "@kinde-cerbos/core";
import { type ReactNode } from "react";
import { claimRows } from "./claim-rows.ts";
import { JsonValue } from "./json-value.tsx";

interface ClaimsTableProps {
  readonly claims: KindeClaims;
  readonly principal: Principal | null;
}

/** All claims of the token, and what of the principal each one became. */
export function ClaimsTable({ claims, principal }: ClaimsTableProps): ReactNode {
  return (
    <table className="data">
      <caption>
        Claims that a policy can see. It reads those in <code>request.aux_data.jwt</code> as Kinde signed them, and
        those in <code>P</code> as the principal has them.
      </caption>
      <thead>
        <tr>
          <th scope="col">Claim</th>
          <th scope="col">Value</th>
          <th scope="col">In a policy</th>
        </tr>
      </thead>
      <tbody>
        {claimRows(claims, principal).map(({ claim, value, expression, became }) => (
          <tr key={claim}>
            <th scope="row">
              <code>{claim}</code>
            </th>
            <td>
              <JsonValue value={value} />
            </td>
            <td>
              <code>{expression}</code>
              {became !== null && (
                <>
                  <br />
                  <code>{became}</code>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
