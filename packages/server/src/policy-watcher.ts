/**
 * Reports changes of a PDP's policies. Node only.
 *
 * @packageDocumentation
 */
export { type PolicyWatcher, watchPolicies, type WatchPoliciesOptions } from "./watch/watch-policies.ts";
