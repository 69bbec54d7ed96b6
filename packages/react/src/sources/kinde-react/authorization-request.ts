// An authorization request that shows the user nothing: how Kinde gives a session of another organization.
import { AuthzError, claimsFromToken } from "@kinde-cerbos/core";
import {
  exchangeAuthCode,
  generateAuthUrl,
  getInsecureStorage,
  IssuerRouteTypes,
  PromptTypes,
  refreshToken,
  setRefreshTimer,
  StorageKeys,
} from "@kinde-oss/kinde-auth-react/utils";
import { type AuthorizationOptions } from "../token-source.ts";
import { currentToken } from "./stored-token.ts";
import { withTokenLock } from "./token-lock.ts";

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
  /** The `state` that the answer must contain. */
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
    throw new AuthzError("switch_failed", 'The token has no "iss" or no "azp", so the Kinde domain or app is unknown.');
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
        // It would remove a slash from the end here, but not at the exchange, and Kinde would refuse that.
        { disableUrlSanitization: true },
      );
      // Kinde's type knows Kinde's own scopes only.
      if (scope !== "") url.searchParams.set("scope", scope);
      const mine = { state, nonce, codeVerifier };
      // All tabs share these, and another tab may be in the middle of a sign-in, so ours are stored only while they are
      // used.
      await putBack(kept, mine);
      return {
        url: url.href,
        state,
        exchange: (code) =>
          // A refresh that ends later would bring the old session back.
          withTokenLock(async () => {
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

/** The keys under which Kinde's SDK keeps a pending authorization request, for all tabs. */
const KEYS = [StorageKeys.state, StorageKeys.nonce, StorageKeys.codeVerifier] as const;

type PendingRequest = { readonly [key in (typeof KEYS)[number]]?: unknown };

async function pendingRequest(): Promise<PendingRequest> {
  return (await getInsecureStorage()?.getItems(...KEYS)) ?? {};
}

/** Restores the kept request, except where another tab has begun a new one since. */
async function putBack(kept: PendingRequest, mine: PendingRequest): Promise<void> {
  const storage = getInsecureStorage();
  const now = await pendingRequest();
  for (const key of KEYS) {
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
