/**
 * For the other packages of kinde-cerbos only. It is not public API: anything here may change in any release.
 *
 * @module
 */
export { digestOf } from "./digest.ts";
export { ENFORCER_OPTIONS } from "./enforcer.ts";
export { GATEWAY_OPTIONS } from "./gateway.ts";
export { type OptionNames, requireKnownOptions } from "./option-names.ts";
export { jsonResponse } from "./refusal.ts";
export { requireSameOrigin } from "./session-token.ts";
