/**
 * For the server: the gateway as a route, an authorizer for server components, enforcement for route handlers and
 * server actions, and decisions for the page.
 *
 * @packageDocumentation
 */
export { type Authz, type AuthzOptions, createAuthz } from "./server/authz.ts";
export { type AuthzRoute } from "./server/route.ts";
export {
  createAuthzRoute,
  getAuthorizer,
  getPageSession,
  prefetchDecisions,
  requireAllowed,
} from "./server/default-authz.ts";
export { type PageSession } from "./page-session.ts";
export { answerRefusals, Refusal } from "@kinde-cerbos/server";
