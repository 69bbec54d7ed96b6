// In the order of the path: claims → principal → session → check → PDP → decision.
export { claimsFromToken, readClaims, type KindeClaims } from "./claims.ts";
export { missingClaimsHint } from "./missing-claims.ts";
export {
  anonymousPrincipal,
  type EnrichContext,
  principalFromClaims,
  type Principal,
  type PrincipalAttributes,
  type PrincipalOptions,
} from "./principal.ts";
export { kindeEntitlements, type KindeEntitlements, type KindeEntitlementsOptions } from "./kinde-entitlements.ts";
export { createSession, renewSession, type Session, type SessionOptions, VOLATILE_CLAIMS } from "./session.ts";
export { type SessionSource } from "./session-source.ts";
export { prepareCheck, type Check, type PreparedCheck, type Resource } from "./check.ts";
export { createAuthorizer, type Authorizer, type CheckOptions } from "./authorizer.ts";
export { type AuthorizerOptions, type BatchEvent } from "./authorizer-options.ts";
export { type PdpEntry, type PdpPlanRequest, type PdpRequest, type PolicyDecisionPoint } from "./pdp.ts";
export {
  type Decision,
  type DecisionMetadata,
  type DecisionOutput,
  type SchemaError,
} from "./decision.ts";
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
} from "./plan.ts";
export { matchesPlan, type MatchesPlanOptions } from "./matches-plan.ts";
export { AuthzError, type AuthzErrorCode, type AuthzErrorOptions } from "./errors.ts";
export { type JsonInput, type JsonValue } from "./canonical-json.ts";
