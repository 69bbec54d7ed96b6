import { type Check } from "@kinde-cerbos/core";

import { type CanResult, useDecision } from "./use-decision.ts";

/** A check, and whether to ask it now. */
export interface UseCanOptions extends Check {
  /** `false` asks nothing and stays pending. Default: true. */
  readonly enabled?: boolean;
}

/**
 * May the user do this? Asked of the Cerbos PDP with the Kinde token, together
 * with all other checks of the page.
 *
 * `allowed` is false while pending, on error, without a session, and on anything
 * but an ALLOW. Errors are returned and not thrown: see `error.code`.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function useCan({ enabled = true, ...check }: UseCanOptions): CanResult {
  return useDecision(check, enabled, "useCan");
}
