/**
 * For the other packages of kinde-cerbos only. It is not public API: anything here may change in any release.
 *
 * @module
 */
export { isLoopback } from "./loopback.ts";
export { withPolicyWarnings } from "./policy-warnings.ts";
export { redact } from "./redact.ts";
