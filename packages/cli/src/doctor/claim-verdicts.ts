import { type KindeClaims, readClaims } from "@kinde-cerbos/core";

import { ok, skipped, type Verdict, warning } from "./finding.ts";
import { type Token } from "./token.ts";

/** Findings about what the token carries. */
export interface ClaimVerdicts {
  readonly roles: Verdict;
  readonly permissions: Verdict;
  readonly "feature-flags": Verdict;
}

const WHERE =
  "in Kinde: Settings > Applications > Details of your application > Tokens > Token customization > Customize on the access token";

/** Whether the token has what policies commonly read, under its plain name or Hasura's. */
export function claimVerdicts(token: Token | undefined): ClaimVerdicts {
  const claims = token === undefined ? undefined : readOrNothing(token);
  return {
    roles: verdictOn("roles", claims),
    permissions: verdictOn("permissions", claims),
    "feature-flags": verdictOn("feature_flags", claims),
  };
}

function verdictOn(claim: "roles" | "permissions" | "feature_flags", claims: KindeClaims | undefined): Verdict {
  if (claims === undefined) return skipped("There is no token whose claims can be read.", "See token.");
  const value = claims[claim];
  if (value === undefined) {
    return warning(
      `The token has no claim ${claim}: policies that read it see none, and deny.`,
      `If your policies read it, switch it on ${WHERE}.`,
    );
  }
  const isEmpty = Object.keys(value).length === 0;
  return ok(isEmpty ? `The claim ${claim} is there, and empty for this user.` : `The claim ${claim} is there.`);
}

function readOrNothing({ claims }: Token): KindeClaims | undefined {
  try {
    return readClaims(claims);
  } catch {
    return undefined;
  }
}
