import { type SourceExtras, functionSource } from "./function-source.ts";
import { type TokenSource } from "./token-source.ts";

type MaybeToken = string | null | undefined;

/** What {@link tokenSource} needs. */
export interface TokenSourceOptions extends SourceExtras {
  /**
   * Returns the Kinde access token, or a promise of it; `null` or `undefined` if nobody is signed in. A function that
   * returns the token at once is called in each render, so a change shows without delay. One that returns a promise is
   * called once, and again when `subscribe` tells of a change; until it has answered, nothing is allowed.
   */
  readonly getToken: () => MaybeToken | Promise<MaybeToken>;
  /** Calls `listener` whenever the token has changed, as by a sign-out. Returns a function that ends that. */
  readonly subscribe?: (listener: () => void) => () => void;
  /**
   * Gets a newer token: shortly before the present one ends, and if the PDP refuses it. `null` if nobody is signed in
   * any more; it rejects if it fails. Default: `getToken`.
   */
  readonly refresh?: () => MaybeToken | Promise<MaybeToken>;
  /**
   * Gets a token with the claims of now, also while the present one is valid, for `live` of PermissionsProvider: if your
   * `refresh` returns the existing token until it ends, as Kinde does, revoke that first. `null` if nobody is signed in
   * any more; it rejects if it fails. Default: `refresh` alone is called.
   */
  readonly renew?: () => MaybeToken | Promise<MaybeToken>;
}

/**
 * A token source of your own code, for `source` of PermissionsProvider. Create it once, outside of any component.
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
