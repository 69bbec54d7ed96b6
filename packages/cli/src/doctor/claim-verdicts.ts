import { type KindeClaims, readClaims } from "@kinde-cerbos/core";
import { TOKEN_MENU } from "@kinde-cerbos/core/internal";
import { ok, skipped, type Verdict, warning } from "./finding.ts";
import { type Token } from "./token.ts";

/** The findings about the rights in the token. */
export interface ClaimVerdicts {
  readonly roles: Verdict;
  readonly permissions: Verdict;
  readonly "feature-flags": Verdict;
}

/** Checks whether the token has the claims that policies commonly read, under their plain names or Hasura's. */
export function claimVerdicts(token: Token | undefined): ClaimVerdicts {
  const claims = token === undefined ? undefined : readOrNothing(token);
  return {
    roles: verdictOn("roles", claims),
    permissions: verdictOn("permissions", claims),
    "feature-flags": verdictOn("feature_flags", claims),
  };
}

function verdictOn(claim: "roles" | "permissions" | "feature_flags", claims: KindeClaims | undefined): Verdict {
  if (claims === undefined) return skipped("There is no token with readable claims.", "See token.");
  const value = claims[claim];
  if (value === undefined) {
    return warning(
      `Policies that read ${claim} from the token find nothing, and deny.`,
      claim === "roles"
        ? `If your policies read it, enable it in Kinde: ${TOKEN_MENU}.`
        : "Kinde always includes it: does a token generation workflow remove it?",
    );
  }
  const isEmpty = Object.keys(value).length === 0;
  return ok(isEmpty ? "It is empty for this user." : "It is not empty.");
}

function readOrNothing({ claims }: Token): KindeClaims | undefined {
  try {
    return readClaims(claims);
  } catch {
    return undefined;
  }
}
