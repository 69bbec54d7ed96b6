import { type Check } from "@kinde-cerbos/core";

import { type AskOptions, type CanResult, useDecision } from "./use-decision.ts";

/** A check, whether to ask it now, and how long the answer is good. */
export interface UseCanOptions extends Check, AskOptions {}

/**
 * May the user do this? Asked of the Cerbos PDP with the Kinde token, together
 * with all other checks of the page.
 *
 * `allowed` is false while pending, on error, without a session, and on anything
 * but an ALLOW. Errors are returned and not thrown: see `error.code`.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function useCan({ action, resource, ...options }: UseCanOptions): CanResult {
  return useDecision({ action, resource }, options, "useCan");
}
