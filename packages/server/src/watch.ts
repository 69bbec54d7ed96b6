/**
 * Reports changes of a PDP's policies. For Node alone.
 *
 * @module
 */
export { type PolicyWatcher, watchPolicies, type WatchPoliciesOptions } from "./watch/watch-policies.ts";
