// How Kinde's token, which stored-token.ts reads, becomes another one: by a refresh, by a silent authorization, or by
// none.
import { AuthzError, claimsFromToken, type SessionSource } from "@kinde-cerbos/core";
import { KindeContext } from "@kinde-oss/kinde-auth-react";
import {
  exchangeAuthCode,
  generateAuthUrl,
  getInsecureStorage,
  isCustomDomain,
  IssuerRouteTypes,
  PromptTypes,
  refreshToken,
  RefreshType,
  setRefreshTimer,
  StorageKeys,
  storageSettings,
} from "@kinde-oss/kinde-auth-react/utils";
import { useContext } from "react";
import { kindeClock } from "./kinde-clock.ts";
import { currentToken, onTokenChange, sharedToken } from "./stored-token.ts";

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
 * Refreshes Kinde's token, once for all who ask meanwhile. Gives the token that Kinde returns, which is the same one
 * as long as it has not ended; `null` if the refresh fails.
 *
 * @param former the last token of a former user: the refresh is for somebody else, who has signed in in another tab
 */
export async function refreshKinde(former?: string): Promise<string | null> {
  const before = former ?? (await currentToken());
  if (before === undefined) return null;
  // One that hangs is of no use to who has signed in since.
  if (former !== undefined || refreshing?.of !== before) {
    const outcome = refreshOnce(before).finally(() => {
      if (refreshing?.outcome === outcome) refreshing = null;
    });
    refreshing = { of: before, outcome };
  }
  return refreshing.outcome;
}

/** Kinde as an authorizer's source of tokens. */
export const kindeSource: SessionSource = {
  getToken: async () => (await currentToken()) ?? null,
  refresh: () => refreshKinde(),
  // A newer token comes to an authorizer by a render, together with all else that depends on it.
  subscribe: () => () => {},
};

async function refreshOnce(before: string): Promise<string | null> {
  const { iss: domain, azp: clientId, exp = Infinity } = claimsFromToken(before);
  if (domain === undefined || clientId === undefined) return null;
  const clock = kindeClock();
  clock.sees(before);
  const dueForMs = KINDE_REFRESHES_AT_MS - (exp * 1000 - clock.now());
  if (dueForMs >= 0 && dueForMs < KINDE_REFRESH_MS) {
    // A refresh of Kinde's own is under way, and two with one refresh token may void it.
    const newer = await waitFor(() => newerToken(before), KINDE_REFRESH_MS - dueForMs);
    if (newer !== null) return newer;
  }
  let isExisting = false;
  await oneAtATime(async () => {
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
    if (isExisting) clock.vouched(before, askedAt);
  });
  // Not what the refresh returned: Kinde's own may have passed where ours came too late.
  return (await newerToken(before)) ?? (isExisting ? before : null);
}

/** The token that has taken the place of `before`; `null` if none has. */
async function newerToken(before: string): Promise<string | null> {
  const token = await currentToken();
  if (token === undefined || token === before) return null;
  // Before anybody compares it with the clock.
  kindeClock().sees(token);
  return token;
}

/** What `find` gives after a change of Kinde's storage, within so many ms; `null` if nothing. */
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

/** In all tabs: they have the same refresh token, and each use of it makes another one. */
async function oneAtATime<T>(task: () => Promise<T>): Promise<T> {
  // Absent on plain-HTTP pages, whatever its type says.
  const { locks }: { readonly locks?: LockManager } = navigator;
  return locks ? locks.request("kinde-cerbos:tokens", task) : task();
}

/** What to ask for where it is not what the present token has. */
export interface AuthorizationOptions {
  /** Default: the audiences of the present token. */
  readonly audience?: string | readonly string[] | undefined;
  /** Scopes, separated by spaces. Default: those of the present token. */
  readonly scope?: string | undefined;
}

/** Kinde as the present token knows it. */
interface KindeClient {
  /** The issuer's URL, which Kinde's SDK calls the domain. */
  readonly domain: string;
  readonly orgCode: string | undefined;
  /** Begins an authorization request that shows the user nothing. Kinde answers it at `redirectUrl`. */
  authorize(orgCode: string, redirectUrl: string, options: AuthorizationOptions): Promise<Authorization>;
}

/** An authorization request that is under way. */
interface Authorization {
  readonly url: string;
  /** What the answer must carry. */
  readonly state: string;
  /**
   * Takes over the session that `code` stands for.
   *
   * @returns why not, in Kinde's words; `null` when it is there
   */
  exchange(code: string): Promise<string | null>;
}

/**
 * Domain and client are those that the present token was issued by and for, as
 * KindeProvider keeps its own to itself.
 *
 * @throws AuthzError `switch_failed` if nobody is signed in
 */
export async function kindeClient(): Promise<KindeClient> {
  const token = await currentToken();
  if (token === undefined) {
    throw new AuthzError("switch_failed", "Nobody is signed in, so there is no organization to switch. Sign in first.");
  }
  const { iss: domain, azp: clientId, org_code: orgCode, aud, scp, exp = 0 } = claimsFromToken(token);
  if (domain === undefined || clientId === undefined) {
    throw new AuthzError(
      "switch_failed",
      'The token has no "iss" or no "azp", so it does not tell which Kinde to ask.',
    );
  }
  return {
    domain,
    orgCode,
    async authorize(
      orgCodeToBe,
      redirectUrl,
      { audience = aud ?? [], scope = Array.isArray(scp) ? scp.join(" ") : "" },
    ) {
      const kept = await pendingRequest();
      const { url, state, nonce, codeVerifier } = await generateAuthUrl(
        domain,
        IssuerRouteTypes.login,
        {
          clientId,
          prompt: PromptTypes.none,
          orgCode: orgCodeToBe,
          redirectURL: redirectUrl,
          audience: [audience].flat().join(" "),
        },
        // It would take a slash from the end, here and not at the exchange, and Kinde would refuse that.
        { disableUrlSanitization: true },
      );
      // Kinde's type knows Kinde's own scopes only.
      if (scope !== "") url.searchParams.set("scope", scope);
      const mine = { state, nonce, codeVerifier };
      // All tabs share these, and one may be in the middle of a sign-in: what is ours is put there only while it is
      // used.
      await putBack(kept, mine);
      return {
        url: url.href,
        state,
        exchange: (code) =>
          // A refresh that ends later would bring the old session back.
          oneAtATime(async () => {
            const before = await pendingRequest();
            await getInsecureStorage()?.setItems(mine);
            try {
              const { success, error } = await keepingQuery(() =>
                exchangeAuthCode({
                  urlParams: new URLSearchParams({ code, state }),
                  domain,
                  clientId,
                  redirectURL: redirectUrl,
                  autoRefresh: true,
                }),
              );
              if (success) return null;
              keepRefreshing(exp, { domain, clientId });
              return error;
            } finally {
              await putBack(before, mine);
            }
          }),
      };
    },
  };
}

/** Kinde's own sign-in, by redirect: it asks with the provider's audience and scope, and with a state that is JSON. */
export function useKindeLogin(): (orgCode: string, state: { readonly [name: string]: string }) => Promise<void> {
  const login = useContext(KindeContext)?.login;
  return async (orgCode, state) => login?.({ orgCode, state: { ...state } });
}

/** What Kinde's SDK keeps of an authorization request that is under way, for all tabs. */
interface PendingRequest {
  readonly [StorageKeys.state]?: unknown;
  readonly [StorageKeys.nonce]?: unknown;
  readonly [StorageKeys.codeVerifier]?: unknown;
}

async function pendingRequest(): Promise<PendingRequest> {
  const storage = getInsecureStorage();
  return (await storage?.getItems(StorageKeys.state, StorageKeys.nonce, StorageKeys.codeVerifier)) ?? {};
}

/** Leaves what another tab has begun since. */
async function putBack(kept: PendingRequest, mine: PendingRequest): Promise<void> {
  const storage = getInsecureStorage();
  const now = await pendingRequest();
  for (const key of [StorageKeys.state, StorageKeys.nonce, StorageKeys.codeVerifier] as const) {
    if ((now[key] ?? mine[key]) !== mine[key]) continue;
    if (kept[key] === null || kept[key] === undefined) await storage?.removeSessionItem(key);
    else await storage?.setSessionItem(key, kept[key]);
  }
}

/** `exchangeAuthCode` takes the query out of the address, as on a page that Kinde has redirected to. */
async function keepingQuery<T>(exchange: () => Promise<T>): Promise<T> {
  let { href } = window.location;
  // The app may go on to another address meanwhile. Browsers without this event lose the query of that one.
  const { navigation }: { readonly navigation?: Pick<Navigation, "addEventListener" | "removeEventListener"> } = window;
  const follow = ({ destination }: NavigateEvent): void => {
    if (destination.url !== withoutQuery(window.location.href)) href = destination.url;
  };
  navigation?.addEventListener("navigate", follow);
  try {
    return await exchange();
  } finally {
    navigation?.removeEventListener("navigate", follow);
    if (window.location.href === withoutQuery(href)) window.history.replaceState(window.history.state, "", href);
  }
}

function withoutQuery(href: string): string {
  const url = new URL(href);
  url.search = "";
  return url.href;
}

/** `exchangeAuthCode` stops the timer of the session before it knows of another one. */
function keepRefreshing(exp: number, client: { readonly domain: string; readonly clientId: string }): void {
  const seconds = exp - Date.now() / 1000;
  if (seconds > 0) setRefreshTimer(seconds, () => void refreshToken(client));
}
