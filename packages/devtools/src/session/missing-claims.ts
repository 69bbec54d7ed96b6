import { type KindeClaims, missingClaimsHint } from "@kinde-cerbos/core";

/** Claims that a token does not have. */
export interface MissingClaims {
  /** A warning about missing claims without which policies deny; `null` if the token has all of them. */
  readonly needed: string | null;
  /** The names of missing claims that can be enabled in Kinde. */
  readonly optional: readonly string[];
}

const OPTIONAL = ["email", "org_name", "user_properties", "organization_properties"];

/** Returns the Kinde claims that a token does not have. */
export function missingClaims(claims: KindeClaims): MissingClaims {
  return {
    needed: missingClaimsHint(claims)?.replace("kinde-cerbos: ", "") ?? null,
    optional: OPTIONAL.filter((claim) => claims[claim] === undefined),
  };
}
