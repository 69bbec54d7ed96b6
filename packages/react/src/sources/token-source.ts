import { type AuthzError, type KindeClaims, type Session, type TokenOrClaims } from "@kinde-cerbos/core";

/** The current state of a token source. Only `signed_in` and `signed_out` can allow anything. */
export type TokenSnapshot =
  | {
      /** The user is not known yet. */
      readonly status: "loading";
      /** Whether a token of the same user is being replaced, so that the page may stay mounted. Default: false. */
      readonly isRefreshing?: boolean;
    }
  | ({ readonly status: "signed_out" } & MadeSession)
  | ({ readonly status: "signed_in"; readonly token: string; readonly claims?: undefined } & MadeSession)
  /** Only your server has the token, for example in a cookie that no script can read. */
  | ({
      readonly status: "signed_in";
      readonly token?: undefined;
      readonly claims: Exclude<TokenOrClaims, string | null>;
    } & MadeSession)
  /** The source has failed. The session has this error. */
  | { readonly status: "error"; readonly error: AuthzError };

/** A session that exists before the provider creates it. */
interface MadeSession {
  /**
   * The session of this token or these claims, if it already exists, so that the first render need not wait for it. It
   * is used only if the provider would create the same one with its own `principal` and `volatileClaims`, and does not
   * use `enrich`. Default: the provider creates it.
   */
  readonly session?: Session;
}

/**
 * Where a page gets its token: from Kinde's React SDK, from your own code ({@link tokenSource}, {@link serverSource}),
 * or from your own object with these methods.
 */
export interface TokenSource {
  /**
   * Calls `listener` whenever the result of {@link getSnapshot} may have changed. Returns a function that unsubscribes.
   */
  subscribe(listener: () => void): () => void;
  /**
   * Returns the current state, synchronously. It is called in each render and before each request, so it must be cheap
   * and have no side effects. Equal snapshots need not be the same object.
   */
  getSnapshot(): TokenSnapshot;
  /**
   * Returns the state for server rendering and hydration, the same on both sides. With its `session`, the HTML has the
   * prefetched decisions. Default: loading.
   */
  getServerSnapshot?(): TokenSnapshot;
  /**
   * Gets a newer token and resolves with the new snapshot. It may return the same token if that is still valid. A
   * rejection means that there is no newer token.
   */
  refresh(): Promise<TokenSnapshot>;
  /**
   * Gets a token with the current claims in place of one that is still valid, and resolves with the new snapshot. It is
   * called only if the provider has `live`: after the user's rights have changed, and if the PDP refuses the token.
   * `refresh` is called first, and `renew` only if that returned no newer token, in one tab at a time. Without `renew`,
   * a page gets new rights when `refresh` next returns a new token.
   */
  renew?(): Promise<TokenSnapshot>;
  /**
   * Switches to another organization of the user, and resolves when {@link getSnapshot} returns its token. Without it,
   * `useSwitchOrg` fails with `switch_failed`.
   *
   * @throws AuthzError `switch_…`, `silent_page_missing`, `offline`; `aborted` if a later switch replaces this one
   */
  switchOrg?(orgCode: string, options: SwitchOrgRequest): Promise<void>;
  /**
   * After a switch by redirect, returns the error if it failed, or `null`.
   *
   * @param orgCode - The organization of the current session
   */
  switchFailure?(orgCode: string | null): Promise<AuthzError | null>;
  /** Returns the user's organizations: the same array until they change. */
  organizations?(): readonly Organization[];
  /** Tells the other tabs of a sign-out or a switch, and follows them. Optional. */
  readonly tabs?: TabMessages;
}

/** Messages between the tabs of one browser. They contain no token. */
export interface TabMessages {
  /**
   * Starts to follow other tabs. Returns a function that stops.
   *
   * @param beginSwitch - Called when another tab has another session: from then on nothing is allowed here, until the
   *   function that it returns is called
   */
  follow(beginSwitch: () => () => void): () => void;
  /** Tells other tabs which session this tab has, by the claims of its token; `null` after a sign-out. */
  tell(claims: KindeClaims | null): void;
}

/** An organization that the user is a member of. */
export interface Organization {
  /** The code of the Kinde organization. */
  readonly code: string;
  /** Its name; its code if the source does not know the name. */
  readonly name: string;
}

/** The audience and scopes to request from Kinde, if they are not those of the current token. */
export interface AuthorizationOptions {
  /** The audience or audiences. Default: those of the current token. */
  readonly audience?: string | readonly string[] | undefined;
  /** The scopes, separated by spaces. Default: those of the current token. */
  readonly scope?: string | undefined;
}

/** Options for a switch in a hidden frame. */
export interface SilentSwitchOptions extends AuthorizationOptions {
  /**
   * The path of the silent page: a blank static page on this origin, without a script, that is a callback URL in Kinde.
   * Default: `/silent.html`.
   */
  readonly silentPage?: string | undefined;
  /** How long Kinde has to answer, in ms. Default: 5000. */
  readonly timeoutMs?: number | undefined;
}

/** Options for a switch of the organization. */
export interface SwitchOrgOptions extends SilentSwitchOptions {
  /**
   * Whether to redirect if Kinde cannot switch in a hidden frame: `true` signs in by a redirect that returns to this
   * place, `false` fails. Default: true.
   */
  readonly redirect?: boolean | undefined;
}

/** Options for a switch, and a callback, for {@link TokenSource}. */
export interface SwitchOrgRequest extends SwitchOrgOptions {
  /** Call it when the switch begins: from then on nothing is allowed until it is over. */
  readonly onStart: () => void;
}
