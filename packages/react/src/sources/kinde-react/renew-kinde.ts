import { AuthzError, claimsFromToken } from "@kinde-cerbos/core";
import { refreshKinde } from "./refresh-kinde.ts";

/** How long Kinde may take to revoke a token, in ms. */
const TIMEOUT_MS = 10_000;

/**
 * Revokes an access token at Kinde, and refreshes: Kinde returns the existing token until it ends or is revoked. The
 * refresh token stays. Gives the token of then; `null` if the refresh fails.
 *
 * @throws AuthzError `source_failed` if Kinde does not revoke it
 */
export async function renewKinde(before: string): Promise<string | null> {
  const { iss, azp } = claimsFromToken(before);
  if (iss === undefined || azp === undefined) return null;
  const response = await fetch(`${iss.replace(/\/$/, "")}/oauth2/revoke`, {
    method: "POST",
    body: new URLSearchParams({ token: before, token_type_hint: "access_token", client_id: azp }),
    credentials: "omit",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) {
    throw new AuthzError(
      "source_failed",
      `Kinde answered ${response.status} to the request to revoke the access token.`,
    );
  }
  return refreshKinde();
}
