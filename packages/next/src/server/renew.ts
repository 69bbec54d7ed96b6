import { createRateLimiter, Refusal } from "@kinde-cerbos/server";
import { kindeClient } from "./environment.ts";
import { refreshedToken, refreshNow } from "./refresh.ts";

/** How long Kinde may take to revoke a token, in ms. The refresh after it needs time too. */
const REVOKE_TIMEOUT_MS = 3000;

/**
 * Limits how often a user's tokens are renewed, because each renewal is two requests to Kinde. A user may have many
 * tabs and devices, and an administrator may change several things in a row.
 */
const limit = createRateLimiter({ perMinute: 12, burst: 20 });

/** Input of {@link renewedToken}. */
interface Renewal {
  /** The verified token in the cookie. */
  readonly token: string;
  /** The `sub` of the token. */
  readonly subject: string;
  readonly request: Request;
  /**
   * Whether a new token counts as revoked because it was issued in the same second as the event that revoked the old
   * one.
   */
  readonly isRevoked: (token: string) => Promise<boolean>;
}

/**
 * Makes Kinde issue a token with the user's current rights, although the token in the cookie is still valid. At a
 * refresh, Kinde returns the existing token until that is revoked. Requests with the same cookies share one renewal.
 *
 * @returns the new access token; `null` if the user is now signed out
 * @throws Refusal `rate_limited`; `issuer_unavailable` if Kinde failed, and the user stays signed in
 */
export function renewedToken({ token, subject, request, isRevoked }: Renewal): Promise<string | null> {
  return refreshedToken(token, async () => {
    const verdict = await limit({ subject: `user:${subject}`, cost: 1, request });
    if (!verdict.allowed) {
      const { retryAfterMs } = verdict;
      throw new Refusal("rate_limited", "The session was renewed too often. Try again later.", { retryAfterMs });
    }
    const renewed = await replace(token);
    if (renewed === null || !(await isRevoked(renewed))) return renewed;
    // `iat` is in whole seconds, so only a token from the next second was certainly issued after the event.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return replace(renewed);
  });
}

async function replace(token: string): Promise<string | null> {
  await revoke(token);
  return refreshNow();
}

async function revoke(token: string): Promise<void> {
  const { issuer, clientId, clientSecret } = kindeClient();
  const form = { token, token_type_hint: "access_token", client_id: clientId, client_secret: clientSecret };
  const answer = await fetch(`${issuer}/oauth2/revoke`, {
    method: "POST",
    body: new URLSearchParams(form),
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(REVOKE_TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new Refusal("issuer_unavailable", "Kinde did not answer the request to revoke the session's token.", {
      cause,
    });
  });
  await answer.body?.cancel();
  if (answer.ok) return;
  throw new Refusal(
    "issuer_unavailable",
    `Kinde answered ${answer.status} to the request to revoke the session's token. Check that KINDE_CLIENT_ID and ` +
      "KINDE_CLIENT_SECRET belong to the application that signs people in.",
  );
}
