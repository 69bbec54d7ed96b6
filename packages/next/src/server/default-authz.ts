import { type Authz, createAuthz } from "./authz.ts";

let made: Authz | undefined;
/** Made at the first use: a bundle of functions that nobody calls needs no variables. */
const authz = (): Authz => (made ??= createAuthz());

/** {@link Authz.createAuthzRoute} with the options of the environment. */
export const createAuthzRoute: Authz["createAuthzRoute"] = () => authz().createAuthzRoute();
/** {@link Authz.getAuthorizer} with the options of the environment. */
export const getAuthorizer: Authz["getAuthorizer"] = () => authz().getAuthorizer();
/** {@link Authz.requireAllowed} with the options of the environment. */
export const requireAllowed: Authz["requireAllowed"] = (checks) => authz().requireAllowed(checks);
/** {@link Authz.prefetchDecisions} with the options of the environment. */
export const prefetchDecisions: Authz["prefetchDecisions"] = (checks, policy) =>
  authz().prefetchDecisions(checks, policy);
/** {@link Authz.getPageSession} with the options of the environment. */
export const getPageSession: Authz["getPageSession"] = () => authz().getPageSession();
