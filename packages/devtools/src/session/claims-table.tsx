import { type KindeClaims, type Principal } from "@kinde-cerbos/core";
import { type ReactNode } from "react";
import { claimRows } from "./claim-rows.ts";
import { JsonValue } from "./json-value.tsx";

interface ClaimsTableProps {
  readonly claims: KindeClaims;
  readonly principal: Principal | null;
}

/** Lists all claims of the token, and the principal's fields for them. */
export function ClaimsTable({ claims, principal }: ClaimsTableProps): ReactNode {
  return (
    <table className="data">
      <caption>
        Policies can read all claims that Kinde signed, such as <code>request.aux_data.jwt.org_code</code>. The
        principal contains some of them too.
      </caption>
      <thead>
        <tr>
          <th scope="col">Claim</th>
          <th scope="col">Value</th>
          <th scope="col">In the principal</th>
        </tr>
      </thead>
      <tbody>
        {claimRows(claims, principal).map(({ claim, value, principalField }) => (
          <tr key={claim}>
            <th scope="row">
              <code>{claim}</code>
            </th>
            <td>
              <JsonValue value={value} />
            </td>
            <td>{principalField !== null && <code>{principalField}</code>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
