/**
 * The gateway in front of the Cerbos PDP, and enforcement for your APIs. For Node. It uses Web APIs;
 * edge runtimes have not been tested.
 *
 * @packageDocumentation
 */
// In the order of the path: token → session → question → PDP → answer.
export { createTokenVerifier, type TokenOptions, type TokenVerifier } from "./verify-token.ts";
export { type IssuerKeysOptions } from "./issuer-keys.ts";
export { type ReceivedBody, type ReceivedResponse, type Send, type SentRequest } from "./option.ts";
export { type IdentityOptions } from "./identify.ts";
export { type RevocationOptions } from "./revocation.ts";
export { bearerToken, type RequestWithHeaders } from "./token-of-request.ts";
export { type GatewayLimits } from "./limits.ts";
export { type AllowedKinds } from "./read-request.ts";
export { type PermitOptions, type Permits } from "./permits.ts";
export { type Annotate } from "./annotations.ts";
export { peerAddressOf } from "./peer-address.ts";
export { type AnonymousKey } from "./subject.ts";
export {
  type BucketOptions,
  createRateLimiter,
  type RateLimiter,
  type RateLimitOptions,
  type RateQuery,
  type RateVerdict,
} from "./rate-limit.ts";
export { type PdpPoolOptions } from "./pdp-pool.ts";
export { type Audit, type AuditEntry } from "./audit.ts";
export { createEvents, type Events } from "./events/events.ts";
export { type EventsOptions } from "./events/events-options.ts";
export { type PoliciesChange, type RightsChange } from "./events/reported-change.ts";
export { type EventBus } from "./events/event-bus.ts";
export { createMemoryBus } from "./events/memory-bus.ts";
export { type EventsLog, type EventsLogLine } from "./events/events-log.ts";
export { type GatewayOptions } from "./gateway-options.ts";
export { type GatewayLogLine } from "./gateway-log.ts";
export { createGateway, type Gateway } from "./gateway.ts";
export { answerRefusals, type Authorize, createEnforcer, type Enforcer, type EnforcerOptions } from "./enforcer.ts";
export { type DecisionCacheOptions } from "./decision-cache.ts";
export { createKindeWebhook, type KindeWebhookLogLine, type KindeWebhookOptions } from "./webhook/kinde-webhook.ts";
export { type KindeEvent } from "./webhook/kinde-event.ts";
export {
  createKindeManagement,
  type KindeManagement,
  type KindeManagementOptions,
} from "./management/kinde-management.ts";
export { Refusal, type RefusalOptions, type RefusalReason } from "./refusal.ts";
export {
  type ConditionalQueryPlan,
  type PlanKind,
  type QueryPlan,
  type QueryPlanOperand,
  toQueryPlan,
} from "./query-plan.ts";
export { filterFromPlan, type PlanFilterOptions } from "./plan-filter.ts";
