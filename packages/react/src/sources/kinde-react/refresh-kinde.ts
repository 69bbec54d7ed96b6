// How Kinde's token, which stored-token.ts reads, is refreshed.
import { claimsFromToken } from "@kinde-cerbos/core";
import { isCustomDomain, refreshToken, RefreshType, storageSettings } from "@kinde-oss/kinde-auth-react/utils";
import { kindeClock } from "./kinde-clock.ts";
import { currentToken, onTokenChange, sharedToken } from "./stored-token.ts";
import { withTokenLock } from "./token-lock.ts";

/** Kinde's SDK refreshes a token this long before its end, in ms. */
const KINDE_REFRESHES_AT_MS = 10_000;
/** How long that may take, in ms: after that it has happened, or failed. */
const KINDE_REFRESH_MS = 1000;
/** How long there may be no refresh token while Kinde's SDK stores one in another tab, in ms. */
const KINDE_STORES_MS = 500;
/** How long a refresh may keep others waiting, in ms: Kinde's SDK sets no limit to it. */
const REFRESH_MS = 10_000;

/** The refresh that is under way, and of which token. */
let refreshing: { readonly of: string; readonly outcome: Promise<string | null> } | null = null;

/** The refreshes that Kinde has not answered. Not all of them are waited for. */
const inFlight = new Set<Promise<unknown>>();

/** Settles when all refreshes that are in flight now have been answered. */
export function refreshesInFlight(): Promise<unknown> {
  return Promise.allSettled(inFlight);
}

/**
 * Refreshes Kinde's token, once for all callers in the meantime. Returns Kinde's token, which is the same one until it
 * expires; `null` if the refresh fails.
 *
 * @param former the last token of a former user, if another user has signed in in another tab
 */
export async function refreshKinde(former?: string): Promise<string | null> {
  const before = former ?? (await currentToken());
  if (before === undefined) return null;
  // A refresh that hangs does not help a user who has signed in since.
  if (former !== undefined || refreshing?.of !== before) {
    const outcome = refreshOnce(before).finally(() => {
      if (refreshing?.outcome === outcome) refreshing = null;
    });
    refreshing = { of: before, outcome };
  }
  return refreshing.outcome;
}

async function refreshOnce(before: string): Promise<string | null> {
  const { iss: domain, azp: clientId, exp = Infinity } = claimsFromToken(before);
  if (domain === undefined || clientId === undefined) return null;
  const clock = kindeClock();
  clock.sees({ token: before });
  const dueForMs = KINDE_REFRESHES_AT_MS - (exp * 1000 - clock.now());
  if (dueForMs >= 0 && dueForMs < KINDE_REFRESH_MS) {
    // A refresh of Kinde's own is under way, and two with one refresh token may void it.
    const newer = await waitFor(() => newerToken(before), KINDE_REFRESH_MS - dueForMs);
    if (newer !== null) return newer;
  }
  let isExisting = false;
  await withTokenLock(async () => {
    if ((await newerToken(before)) !== null) return;
    // As Kinde's SDK chooses when it starts.
    const isShared = storageSettings.useInsecureForRefreshToken || !isCustomDomain(domain);
    const byCookie = !isShared && document.cookie.includes("_kbrte=");
    const refreshType = byCookie ? RefreshType.cookie : RefreshType.refreshToken;
    // Kinde's SDK removes the refresh token before it stores the next one. Another tab may see that there is none.
    if (isShared && !(await sharedToken())) await waitFor(sharedToken, KINDE_STORES_MS);
    const askedAt = Date.now();
    const refresh = refreshToken({ domain, clientId, refreshType });
    inFlight.add(refresh);
    void refresh.finally(() => inFlight.delete(refresh)).catch(() => {});
    const refreshed = await Promise.race([refresh, waitFor(() => newerToken(before), REFRESH_MS)]);
    isExisting = typeof refreshed === "object" && refreshed?.accessToken === before;
    if (isExisting) clock.vouched({ token: before }, askedAt);
  });
  // Not the result of the refresh: if ours came too late, that of Kinde's SDK may have succeeded.
  return (await newerToken(before)) ?? (isExisting ? before : null);
}

/** The token that has taken the place of `before`; `null` if none has. */
async function newerToken(before: string): Promise<string | null> {
  const token = await currentToken();
  if (token === undefined || token === before) return null;
  // Before any code compares it with the clock.
  kindeClock().sees({ token });
  return token;
}

/** The result of `find` after a change of Kinde's storage within this many ms; `null` if it finds none. */
async function waitFor(find: () => Promise<string | null | undefined>, withinMs: number): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (token: string | null): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve(token);
    };
    const timer = setTimeout(() => end(null), withinMs);
    const unsubscribe = onTokenChange(() => void find().then((token) => token && end(token)));
  });
}
