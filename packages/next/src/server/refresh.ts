import { Refusal } from "@kinde-cerbos/server";
import { digestOf } from "@kinde-cerbos/server/internal";
import { getKindeServerSession } from "@kinde-oss/kinde-auth-nextjs/server";
import { cookies } from "next/headers";
import { tokenInCookie } from "./request.ts";

/**
 * How long the result of a refresh is reused, in ms. Other tabs may still send the old cookies for that long, and Kinde
 * may end a session if its refresh token is used twice.
 */
const SHARED_MS = 10_000;

/** Returns a new token; `null` if the user is now signed out. */
type GetToken = () => Promise<string | null>;

interface Refresh {
  readonly token: Promise<string | null>;
  /** How long other requests may reuse the result, in ms since the epoch. */
  until: number;
}

/** Refreshes in flight and recent ones, by a hash of the old tokens. */
const refreshes = new Map<string, Refresh>();

/**
 * Refreshes the tokens in the cookies with Kinde's SDK. Requests with the same tokens share one refresh.
 *
 * @param getToken replaces the plain refresh. It must call {@link refreshNow}
 * @returns the new access token; `null` if the user is now signed out
 * @throws Refusal `issuer_unavailable` if Kinde did not answer, and the errors of `getToken`
 */
export async function refreshedToken(token: string, getToken: GetToken = refreshNow): Promise<string | null> {
  for (const [key, { until }] of refreshes) if (until < Date.now()) refreshes.delete(key);
  const refreshToken = (await cookies()).get("refresh_token")?.value ?? "";
  const key = await digestOf(`${token} ${refreshToken}`);
  const found = refreshes.get(key);
  if (found) return found.token;
  const refresh: Refresh = { token: getToken(), until: Infinity };
  refreshes.set(key, refresh);
  try {
    return await refresh.token;
  } catch (error) {
    // Later requests try again.
    refreshes.delete(key);
    throw error;
  } finally {
    refresh.until = Date.now() + SHARED_MS;
  }
}

/**
 * Refreshes the tokens in the cookies of this request. Call it only while no other request refreshes the same tokens.
 */
export async function refreshNow(): Promise<string | null> {
  // It returns null for any failure, although its type has no null. If Kinde refused, it has removed the cookies.
  const tokens: { readonly access_token?: string } | null = await getKindeServerSession().refreshTokens();
  if (tokens?.access_token) return tokens.access_token;
  if ((await tokenInCookie()) === null) return null;
  throw new Refusal(
    "issuer_unavailable",
    "Kinde's SDK could not refresh the session. Set KINDE_DEBUG_MODE=true to log the reason.",
  );
}
