import { type KindeClaims } from "@kinde-cerbos/core";
import { TOKEN_MENU } from "@kinde-cerbos/core/internal";
import { type ReactNode } from "react";
import { missingClaims } from "./missing-claims.ts";

/** Lists claims that the token does not have, with the Kinde setting that adds them. */
export function MissingClaimsList({ claims }: { readonly claims: KindeClaims }): ReactNode {
  const { needed, optional } = missingClaims(claims);
  if (needed === null && optional.length === 0) return null;
  return (
    <section aria-label="Missing claims">
      <h2>Missing claims</h2>
      {needed !== null && (
        <p>
          <strong className="warn">Warning:</strong> {needed}
        </p>
      )}
      {optional.length > 0 && (
        <p>
          Optional: the token has no{" "}
          {optional.map((claim, at) => (
            <span key={claim}>
              {at > 0 && ", "}
              <code>{claim}</code>
            </span>
          ))}
          . If a policy needs one, enable it in Kinde: {TOKEN_MENU}.
        </p>
      )}
    </section>
  );
}
