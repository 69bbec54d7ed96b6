import { type Authz, type AuthzOptions, createAuthz } from "./authz.ts";
import { type AuthzRoute } from "./route.ts";

let created: Authz | undefined;
/** Created at the first use, so a build that bundles but does not call these functions needs no variables. */
const authz = (): Authz => (created ??= createAuthz());

/**
 * Creates the gateway: export its result from `app/authz/[...path]/route.ts`. If you pass options, use {@link
 * createAuthz} instead, so that all other functions have the same options.
 *
 * @throws AuthzError `invalid_option`, as {@link createAuthz}
 */
export function createAuthzRoute(options?: AuthzOptions): AuthzRoute {
  return (options ? createAuthz(options) : authz()).createAuthzRoute();
}
/** {@link Authz.getAuthorizer}, configured by environment variables. */
export const getAuthorizer: Authz["getAuthorizer"] = () => authz().getAuthorizer();
/** {@link Authz.requireAllowed}, configured by environment variables. */
export const requireAllowed: Authz["requireAllowed"] = (checks) => authz().requireAllowed(checks);
/** {@link Authz.prefetchDecisions}, configured by environment variables. */
export const prefetchDecisions: Authz["prefetchDecisions"] = (checks, policy) =>
  authz().prefetchDecisions(checks, policy);
/** {@link Authz.getPageSession}, configured by environment variables. */
export const getPageSession: Authz["getPageSession"] = () => authz().getPageSession();
