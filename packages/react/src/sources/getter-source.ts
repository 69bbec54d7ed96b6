import { type SourceExtras, functionSource } from "./function-source.ts";
import { type TokenSource } from "./token-source.ts";

/** A token; `null` or `undefined` if nobody is signed in. */
type MaybeToken = string | null | undefined;

/** Options for {@link tokenSource}. */
export interface TokenSourceOptions extends SourceExtras {
  /**
   * Returns the Kinde access token, or a promise of it; `null` or `undefined` if nobody is signed in. A function that
   * returns the token synchronously is called in each render, so a change shows at once. One that returns a promise is
   * called once, and again when `subscribe` reports a change. Until it resolves, nothing is allowed.
   */
  readonly getToken: () => MaybeToken | Promise<MaybeToken>;
  /**
   * Calls `listener` whenever the token has changed, for example by a sign-out. Returns a function that unsubscribes.
   */
  readonly subscribe?: (listener: () => void) => () => void;
  /**
   * Gets a newer token. It is called shortly before the current one expires, and if the PDP refuses it. `null` means
   * that the user is no longer signed in. It rejects if it fails. Default: `getToken`.
   */
  readonly refresh?: () => MaybeToken | Promise<MaybeToken>;
  /**
   * Gets a token with the current claims, even if the present one is still valid, for `live` of PermissionsProvider. If
   * your `refresh` returns the existing token until it expires, as Kinde does, revoke that token first. `null` means
   * that the user is no longer signed in. It rejects if it fails. Default: only `refresh` is called.
   */
  readonly renew?: () => MaybeToken | Promise<MaybeToken>;
}

/**
 * Creates a token source from your own functions, for `source` of PermissionsProvider. Create it once, outside of any
 * component.
 *
 * @throws AuthzError `invalid_option` if an option is not a function
 */
export function tokenSource({ getToken, ...options }: TokenSourceOptions): TokenSource {
  return functionSource({ ...options, name: "getToken", get: getToken, read: tokenIn });
}

function tokenIn(value: MaybeToken): string | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value !== "string") throw new TypeError(`It returned a value of type ${typeof value}, not a token.`);
  return value;
}
