import { type Fields, isFields } from "@kinde-cerbos/core/internal";
import { type SourceExtras, functionSource } from "./function-source.ts";
import { type TokenSource } from "./token-source.ts";

type MaybeClaims = object | null | undefined;

/** What {@link serverSource} needs. */
export interface ServerSourceOptions extends SourceExtras {
  /**
   * Returns the claims of the Kinde access token that your server has, with `exp`, or a promise of them; `null` or
   * `undefined` if nobody is signed in. It is called as `getToken` of `tokenSource`.
   */
  readonly getClaims: () => MaybeClaims | Promise<MaybeClaims>;
  /** Calls `listener` whenever the session has changed, as by a sign-out. Returns a function that ends that. */
  readonly subscribe?: (listener: () => void) => () => void;
  /**
   * Has the server refresh its token and returns the new claims. `null` if nobody is signed in any more; it rejects if
   * it fails. Default: `getClaims`.
   */
  readonly refresh?: () => MaybeClaims | Promise<MaybeClaims>;
  /**
   * Has the server get a token with the claims of now, also while the present one is valid, and returns the new claims:
   * for `live` of PermissionsProvider. If the server's refresh returns the existing token until it ends, as Kinde does,
   * it has to revoke that first. `null` if nobody is signed in any more; it rejects if it fails. Default: `refresh`
   * alone is called.
   */
  readonly renew?: () => MaybeClaims | Promise<MaybeClaims>;
}

/**
 * A token source for a session whose token only your server has, as in an `HttpOnly` cookie. Checks are sent without
 * a token, so `pdp` must be a gateway of the same origin that reads the cookie. Create it once, outside of any
 * component.
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
