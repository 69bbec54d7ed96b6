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
        Policies read claims as Kinde signed them, such as <code>request.aux_data.jwt.org_code</code>. The principal has
        some of them, too.
      </caption>
      <thead>
        <tr>
          <th scope="col">Claim</th>
          <th scope="col">Value</th>
          <th scope="col">In the principal</th>
        </tr>
      </thead>
      <tbody>
        {claimRows(claims, principal).map(({ claim, value, became }) => (
          <tr key={claim}>
            <th scope="row">
              <code>{claim}</code>
            </th>
            <td>
              <JsonValue value={value} />
            </td>
            <td>{became !== null && <code>{became}</code>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
