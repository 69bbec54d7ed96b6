import { type Fields, isFields } from "@kinde-cerbos/core/internal";
import { type SourceExtras, functionSource } from "./function-source.ts";
import { type TokenSource } from "./token-source.ts";

/** The claims of a token; `null` or `undefined` if nobody is signed in. */
type MaybeClaims = object | null | undefined;

/** Options for {@link serverSource}. */
export interface ServerSourceOptions extends SourceExtras {
  /**
   * Returns the claims of the Kinde access token that your server has, with `exp`, or a promise of them; `null` or
   * `undefined` if nobody is signed in. It is called as `getToken` of `tokenSource`.
   */
  readonly getClaims: () => MaybeClaims | Promise<MaybeClaims>;
  /**
   * Calls `listener` whenever the session has changed, for example by a sign-out. Returns a function that unsubscribes.
   */
  readonly subscribe?: (listener: () => void) => () => void;
  /**
   * Has the server refresh its token, and returns the new claims. `null` means that the user is no longer signed in. It
   * rejects if it fails. Default: `getClaims`.
   */
  readonly refresh?: () => MaybeClaims | Promise<MaybeClaims>;
  /**
   * Has the server get a token with the current claims, even if the present one is still valid, and returns the new
   * claims, for `live` of PermissionsProvider. If the server's refresh returns the existing token until it expires, as
   * Kinde does, the server has to revoke that token first. `null` means that the user is no longer signed in. It
   * rejects if it fails. Default: only `refresh` is called.
   */
  readonly renew?: () => MaybeClaims | Promise<MaybeClaims>;
}

/**
 * Creates a token source for a session whose token only your server has, for example in an `HttpOnly` cookie. Checks
 * are sent without a token, so `pdp` must be a gateway on the same origin that reads the cookie. Create it once,
 * outside of any component.
 *
 * @throws AuthzError `invalid_option` if an option is not a function
 */
export function serverSource({ getClaims, ...options }: ServerSourceOptions): TokenSource {
  return functionSource({ ...options, name: "getClaims", get: getClaims, read: claimsIn });
}

function claimsIn(value: MaybeClaims): Fields | null {
  if (value === null || value === undefined) return null;
  if (!isFields(value)) throw new TypeError("It did not return an object of claims.");
  return value;
}
