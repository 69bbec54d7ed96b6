import { type KindeClaims } from "./claims.ts";

/** Where claims are added to the access token, in Kinde's menu. */
export const TOKEN_MENU: string =
  "Settings > Applications > Details of your application > Tokens > Token customization > " +
  "Customize on the access token";

/**
 * Returns a hint for developers if a token has no roles, permissions or feature flags: policies that read them find
 * none, and deny. Returns `null` if the token has all three, even if they are empty. Show it once, and only in
 * development.
 *
 * Kinde puts roles into a token only if you enable them for the application. It always adds permissions and feature
 * flags (Kinde's documentation, "About access tokens"), unless a token generation workflow removes them.
 */
export function missingClaimsHint(claims: KindeClaims): string | null {
  const hints: string[] = [];
  if (claims.roles === undefined) {
    hints.push(`no roles. Enable them in Kinde: ${TOKEN_MENU}.`);
  }
  const stripped = (["permissions", "feature_flags"] as const).filter((claim) => claims[claim] === undefined);
  if (stripped.length > 0) {
    hints.push(
      `no ${stripped.join(" and no ")}. Kinde always includes them: does a token generation workflow remove them?`,
    );
  }
  if (hints.length === 0) return null;
  return [
    "kinde-cerbos:",
    ...hints.map((hint) => `The Kinde token has ${hint}`),
    "Policies that read a missing claim will deny.",
  ].join(" ");
}
