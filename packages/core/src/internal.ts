/**
 * For the other packages of kinde-cerbos only. It is not public API: anything here may change in any release.
 *
 * @packageDocumentation
 */
export { fromBase64urlJson } from "./base/base64url-json.ts";
export { hasCode, requireOption } from "./base/errors.ts";
export * from "./base/grpc-codes.ts";
export { type Fields, fieldsOf, hasMethods, isFields, isName, isText, textOf } from "./base/guards.ts";
export { isLoopback } from "./base/loopback.ts";
export { redact, withoutTokens } from "./base/redact.ts";
export { mayPass } from "./base/retries.ts";
export { retryAfterOf } from "./base/retry-after.ts";
export { LONGEST_TIMER_MS } from "./base/timing.ts";
export { withTimeout } from "./base/with-timeout.ts";
export { type PolicyNames, unknownName } from "./pdp/name-warnings.ts";
export { observedPdp, type PdpObserver, type SeenOutcome, type SeenRequest } from "./pdp/observed-pdp.ts";
export { addressOf } from "./pdp/no-answer-error.ts";
export { isSameResource } from "./check/same-resource.ts";
export { readAnswer, readDecision } from "./pdp/decision.ts";
export { withPolicyWarnings } from "./pdp/policy-warnings.ts";
export { claimsIn, payloadIn } from "./identity/claims.ts";
export { TOKEN_MENU } from "./identity/missing-claims.ts";
export { organizationsIn } from "./identity/organizations.ts";
export { createSessionAtOnce, isSameToken, isSessionOf } from "./identity/session.ts";
export { type LiveEvent, type LiveHello, readLiveEvent } from "./live/live-event.ts";
