import { type Authz, type AuthzOptions, createAuthz } from "./authz.ts";
import { type AuthzRoute } from "./route.ts";

let made: Authz | undefined;
/** Made at the first use: a bundle of functions that nobody calls needs no variables. */
const authz = (): Authz => (made ??= createAuthz());

/**
 * Makes the gateway, as the handlers of `app/authz/[...path]/route.ts`. With options for it, give all other functions
 * the same ones by {@link createAuthz}.
 *
 * @throws AuthzError `invalid_option`, as {@link createAuthz}
 */
export function createAuthzRoute(options?: AuthzOptions): AuthzRoute {
  return (options ? createAuthz(options) : authz()).createAuthzRoute();
}
/** {@link Authz.getAuthorizer} with the options of the environment. */
export const getAuthorizer: Authz["getAuthorizer"] = () => authz().getAuthorizer();
/** {@link Authz.requireAllowed} with the options of the environment. */
export const requireAllowed: Authz["requireAllowed"] = (checks) => authz().requireAllowed(checks);
/** {@link Authz.prefetchDecisions} with the options of the environment. */
export const prefetchDecisions: Authz["prefetchDecisions"] = (checks, policy) =>
  authz().prefetchDecisions(checks, policy);
/** {@link Authz.getPageSession} with the options of the environment. */
export const getPageSession: Authz["getPageSession"] = () => authz().getPageSession();
