import { type KindeClaims, missingClaimsHint } from "@kinde-cerbos/core";

/** Claims that the token does not have. */
export interface MissingClaims {
  /** Policies that read one of these deny. What to do, in words; `null` if the token has all of them. */
  readonly needed: string | null;
  /** The names of claims that Kinde adds on demand, and that are not there. */
  readonly optional: readonly string[];
}

/** Where Kinde's menu adds optional claims. */
export const TOKEN_MENU = "Settings > Applications > your application > Tokens > Token customization > Access token";

const OPTIONAL = ["email", "org_name", "user_properties", "organization_properties"];

/** The claims of Kinde that a token does not have. */
export function missingClaims(claims: KindeClaims): MissingClaims {
  return {
    needed: missingClaimsHint(claims)?.replace("kinde-cerbos: policies", "Policies") ?? null,
    optional: OPTIONAL.filter((claim) => claims[claim] === undefined),
  };
}
