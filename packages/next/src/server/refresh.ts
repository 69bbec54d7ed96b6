import { Refusal } from "@kinde-cerbos/server";
import { digestOf } from "@kinde-cerbos/server/internal";
import { getKindeServerSession } from "@kinde-oss/kinde-auth-nextjs/server";
import { cookies } from "next/headers";
import { tokenInCookie } from "./request.ts";

/**
 * How long the outcome of a refresh is taken again, in ms: other tabs have sent the cookies of before by then. Kinde
 * may end a session whose refresh token is used twice.
 */
const SHARED_MS = 10_000;

/** Gets another token; `null` if the user is signed out now. */
type GetToken = () => Promise<string | null>;

interface Refresh {
  readonly token: Promise<string | null>;
  /** Until when others may have its outcome, in ms since the epoch. */
  until: number;
}

/** By a hash of the tokens of before. */
const refreshes = new Map<string, Refresh>();

/**
 * Has Kinde's SDK refresh the tokens in the cookies. Requests with the same tokens share one refresh.
 *
 * @param getToken - What to do in the place of a plain refresh, which it must call
 * @returns the access token after that; `null` if the user is signed out now
 * @throws Refusal `issuer_unavailable` if Kinde did not answer, and what `getToken` throws
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

/** Refreshes the tokens in the cookies of this request, which no other request does at the same time. */
export async function refreshNow(): Promise<string | null> {
  // Its type has no null. It gives one for any failure, and has removed the cookies if Kinde refused.
  const tokens: { readonly access_token?: string } | null = await getKindeServerSession().refreshTokens();
  if (tokens?.access_token) return tokens.access_token;
  if ((await tokenInCookie()) === null) return null;
  throw new Refusal(
    "issuer_unavailable",
    "Kinde's SDK did not refresh the session. With KINDE_DEBUG_MODE=true it says why.",
  );
}
