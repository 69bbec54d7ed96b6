import { createRateLimiter, Refusal } from "@kinde-cerbos/server";
import { kindeClient } from "./environment.ts";
import { refreshedToken, refreshNow } from "./refresh.ts";

/** How long Kinde may take to revoke a token, in ms: the refresh after it must have its time, too. */
const REVOKE_TIMEOUT_MS = 3000;

/**
 * How often a user's tokens are renewed: each time is two requests to Kinde. A user may have many tabs and devices, and
 * an administrator may change several things one after the other.
 */
const limit = createRateLimiter({ perMinute: 12, burst: 20 });

/** A verified token in the cookie of a request, for a new one. */
interface Renewal {
  readonly token: string;
  /** The `sub` of the token. */
  readonly subject: string;
  readonly request: Request;
  /** Whether a token is refused though it is valid: one that was issued in the second of the event that revoked it. */
  readonly isRevoked: (token: string) => Promise<boolean>;
}

/**
 * Has Kinde issue a token with the user's rights of now, though the one in the cookie is still valid: Kinde returns the
 * existing token at a refresh until that is revoked. Requests with the same cookies share one renewal.
 *
 * @returns the access token after that; `null` if the user is signed out now
 * @throws Refusal `rate_limited`; `issuer_unavailable` if Kinde did not do it, and the user stays signed in
 */
export function renewedToken({ token, subject, request, isRevoked }: Renewal): Promise<string | null> {
  return refreshedToken(token, async () => {
    const verdict = await limit({ subject: `user:${subject}`, cost: 1, request });
    if (!verdict.allowed) {
      const { retryAfterMs } = verdict;
      throw new Refusal("rate_limited", "The session was renewed too often. Try later.", { retryAfterMs });
    }
    const renewed = await replace(token);
    if (renewed === null || !(await isRevoked(renewed))) return renewed;
    // `iat` is in whole seconds, so only a token of the next second is known to be of after the event.
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
    throw new Refusal("issuer_unavailable", "Kinde did not answer when the session's token was to be revoked.", {
      cause,
    });
  });
  await answer.body?.cancel();
  if (answer.ok) return;
  throw new Refusal(
    "issuer_unavailable",
    `Kinde answered ${answer.status} when the session's token was to be revoked. Are KINDE_CLIENT_ID and ` +
      "KINDE_CLIENT_SECRET those of the application that signs people in?",
  );
}
