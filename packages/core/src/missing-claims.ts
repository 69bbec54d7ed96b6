import { type KindeClaims } from "./claims.ts";

/** What Kinde leaves out of a token where an application does not ask for it, and policies commonly read. */
const OPTIONAL_CLAIMS = ["roles", "permissions", "feature_flags"] as const;

/**
 * What to tell whoever develops the app where a token has no roles, permissions
 * or feature flags: policies that read them see none, and deny. `null` where it
 * has them all, be they empty. Show it once, and in development only.
 */
export function missingClaimsHint(claims: KindeClaims): string | null {
  const missing = OPTIONAL_CLAIMS.filter((claim) => claims[claim] === undefined);
  if (missing.length === 0) return null;
  return `kinde-cerbos: the Kinde token has no ${missing.join(", no ")}, so policies see none. If yours read them, switch them on in Kinde: Settings > Applications > your application > Tokens > Token customization > Access token.`;
}
