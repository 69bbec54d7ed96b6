/**
 * For the other packages of kinde-cerbos only. It is not public API: anything here may change in any release.
 *
 * @packageDocumentation
 */
export { digestOf } from "./digest.ts";
export { ENFORCER_OPTIONS } from "./enforcer.ts";
export { spreadDelay, type SpreadOptions } from "./events/spread.ts";
export { GATEWAY_OPTIONS } from "./gateway-options.ts";
export { type OptionNames, requireKnownOptions } from "./option-names.ts";
export { readBody } from "./read-body.ts";
export { jsonResponse } from "./refusal.ts";
export { requireSameOrigin } from "./session-token.ts";
