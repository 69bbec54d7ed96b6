import { type AuthzError, type KindeClaims, type Session, type TokenOrClaims } from "@kinde-cerbos/core";

/** Whose token a source has at a moment. Everything but `signed_in` and `signed_out` allows nothing. */
export type TokenSnapshot =
  | {
      /** It is not known yet who is signed in. */
      readonly status: "loading";
      /** Whether the same user's token is being replaced: the page may stay as it is meanwhile. Default: false. */
      readonly isRefreshing?: boolean;
    }
  | ({ readonly status: "signed_out" } & MadeSession)
  | ({ readonly status: "signed_in"; readonly token: string; readonly claims?: undefined } & MadeSession)
  /** Only your server has the token, as in a cookie that no script can read. */
  | ({
      readonly status: "signed_in";
      readonly token?: undefined;
      readonly claims: Exclude<TokenOrClaims, string | null>;
    } & MadeSession)
  /** The source does not work. The session has this error. */
  | { readonly status: "error"; readonly error: AuthzError };

interface MadeSession {
  /**
   * The session of this token or these claims, if it has been made already: the first render need not wait for it. It
   * is used only if the provider would make the same one, with its own `principal` and `volatileClaims`, and not if
   * that has `enrich`. Default: it is made when it is needed.
   */
  readonly session?: Session;
}

/**
 * Where a page's token comes from and how it is refreshed: Kinde's React SDK, your own code ({@link tokenSource},
 * {@link serverSource}), or an object of your own with these methods.
 */
export interface TokenSource {
  /** Calls `listener` whenever {@link getSnapshot} may return something else. Returns a function that ends that. */
  subscribe(listener: () => void): () => void;
  /**
   * Returns whose token it is now, at once. It is called in each render and before each request, so it must be cheap
   * and have no effects. Two equal snapshots need not be the same object.
   */
  getSnapshot(): TokenSnapshot;
  /**
   * Returns whose session a page is while a server renders it, and while the browser hydrates it: the same on both
   * sides, as what the page came with. With its `session`, the HTML has the decisions that were prefetched. Default:
   * loading.
   */
  getServerSnapshot?(): TokenSnapshot;
  /**
   * Gets a newer token, and resolves with the snapshot after that. It may be the same token as before, if that is
   * still valid. A rejection means that there is none.
   */
  refresh(): Promise<TokenSnapshot>;
  /**
   * Gets a token with the claims of now in place of one that is still valid, and resolves with the snapshot after that.
   * It is called only if the provider has `live`: after the user's rights have changed, and if the PDP refuses the
   * token; always after `refresh` has returned the same token, and in one tab at a time. Without it, a page gets new
   * rights when `refresh` brings them.
   */
  renew?(): Promise<TokenSnapshot>;
  /**
   * Switches to another organization of the user, and resolves when {@link getSnapshot} returns its token. Without
   * it, `useSwitchOrg` fails with `switch_failed`.
   *
   * @throws AuthzError `switch_…`, `silent_page_missing`, `offline`; `aborted` if a later switch replaces this one
   */
  switchOrg?(orgCode: string, options: SwitchOrgRequest): Promise<void>;
  /**
   * Returns why a switch failed that left the page, once the page is back; `null` if none did.
   *
   * @param orgCode - The organization of the session now
   */
  switchFailure?(orgCode: string | null): Promise<AuthzError | null>;
  /** Returns the organizations of the user: the same array until they change. */
  organizations?(): readonly Organization[];
  /** Optional: tabs of one browser tell each other of a sign-out or a switch. */
  readonly tabs?: TabMessages;
}

/** Messages between the tabs of one browser. No token goes over them. */
export interface TabMessages {
  /**
   * Follows other tabs from now on. Returns a function that ends that.
   *
   * @param beginSwitch - Called when another tab has another session: from then on nothing is allowed here, until the
   *   function that it returns is called
   */
  follow(beginSwitch: () => () => void): () => void;
  /** Tells other tabs whose session this tab has now, by the claims of its token; `null` after a sign-out. */
  tell(claims: KindeClaims | null): void;
}

/** An organization that the user is a member of. */
export interface Organization {
  /** Kinde organization code. */
  readonly code: string;
  /** Its name if the source knows it; else its code. */
  readonly name: string;
}

/** What to request if it is not what the present token has. */
export interface AuthorizationOptions {
  /** Default: the audiences of the present token. */
  readonly audience?: string | readonly string[] | undefined;
  /** Scopes, separated by spaces. Default: those of the present token. */
  readonly scope?: string | undefined;
}

/** How to switch without leaving the page. */
export interface SilentSwitchOptions extends AuthorizationOptions {
  /**
   * A blank static page of this origin, without a script, that is registered at
   * Kinde as a callback URL. Default: `/silent.html`.
   */
  readonly silentPage?: string | undefined;
  /** How long Kinde has to answer, in ms. Default: 5000. */
  readonly timeoutMs?: number | undefined;
}

/** How to switch. */
export interface SwitchOrgOptions extends SilentSwitchOptions {
  /**
   * What to do if Kinde cannot switch without showing the user a page: `true` signs in by a redirect that comes back
   * to this place, `false` fails. Default: true.
   */
  readonly redirect?: boolean | undefined;
}

/** How to switch, for a source. */
export interface SwitchOrgRequest extends SwitchOrgOptions {
  /** Call it once the switch has begun: from then on nothing is allowed until it is over. */
  readonly onStart: () => void;
}
