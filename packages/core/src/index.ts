/**
 * The path from a Kinde token to a Cerbos decision: claims, principal, session, checks and plans. For browsers and
 * Node, without React. It uses only Web APIs; edge runtimes have not been tested.
 *
 * @packageDocumentation
 */
// In the order of the path: claims → principal → session → check → PDP → decision.
export { claimsFromToken, readClaims, type KindeClaims } from "./identity/claims.ts";
export { missingClaimsHint } from "./identity/missing-claims.ts";
export {
  anonymousPrincipal,
  type EnrichContext,
  principalFromClaims,
  type Principal,
  type PrincipalAttributes,
  type PrincipalOptions,
} from "./identity/principal.ts";
export {
  kindeEntitlements,
  type KindeEntitlements,
  type KindeEntitlementsOptions,
} from "./identity/kinde-entitlements.ts";
export {
  createSession,
  renewSession,
  type Session,
  type SessionOptions,
  type TokenOrClaims,
  VOLATILE_CLAIMS,
} from "./identity/session.ts";
export { type SessionSource } from "./identity/session-source.ts";
export {
  type ActionOf,
  type AttributesOf,
  type KindeFlag,
  type KindePermission,
  type KindeRole,
  type Kind,
  type Register,
  type SharedActionOf,
} from "./check/register.ts";
export { prepareCheck, type Check, type ChecksOf, type PreparedCheck, type Resource } from "./check/check.ts";
export { resource } from "./check/resource.ts";
export { createAuthorizer, type Authorizer, type CheckOptions } from "./authorizer/authorizer.ts";
export { type AuthorizerOptions, type BatchEvent } from "./authorizer/authorizer-options.ts";
export { type PdpEntry, type PdpPlanRequest, type PdpRequest, type PolicyDecisionPoint } from "./pdp/pdp.ts";
export { type Decision, type DecisionMetadata, type DecisionOutput, type SchemaError } from "./pdp/decision.ts";
export {
  type Plan,
  type PlanCondition,
  type PlanExpression,
  type PlanMetadata,
  type PlanQuery,
  type PlanSubject,
  type PreparedPlanQuery,
  preparePlanQuery,
  type PlanValue,
  type PlanVariable,
} from "./plan/plan.ts";
export { matchesPlan, type MatchesPlanOptions } from "./plan/matches-plan.ts";
export { AuthzError, type AuthzErrorCode, type AuthzErrorOptions } from "./base/errors.ts";
export { type JsonInput, type JsonValue } from "./base/canonical-json.ts";
