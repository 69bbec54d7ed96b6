import { type Plan } from "@kinde-cerbos/core";
import { type InspectedProvider, isRefused, KEY_PREFIX } from "@kinde-cerbos/react/internal";

/** A row of the Plans tab: a plan in the cache, or one being fetched. */
export interface PlanRow {
  /** Hash of its query, unique among the rows. */
  readonly hash: string;
  readonly kind: string;
  readonly actions: readonly string[];
  /** The values that all resources have in common, as JSON; an empty string if there are none. */
  readonly given: string;
  readonly isFetching: boolean;
  readonly isStale: boolean;
  /** Whether a component uses it now. */
  readonly isOnScreen: boolean;
  /** When it was answered, in ms since the epoch; 0 if not yet. */
  readonly updatedAt: number;
  readonly plan: Plan | null;
  /** Why there is no plan, or why the current one could not be confirmed. */
  readonly error: Error | null;
}

/** Returns the cached plans of a provider's current session and PDP. */
export function planRows({ queryClient, session, pdpName }: InspectedProvider): PlanRow[] {
  const queries = queryClient.getQueryCache().findAll({ queryKey: [KEY_PREFIX, session.id, "plan"] });
  return queries
    .filter(({ queryKey }) => queryKey[7] === pdpName)
    .map((query) => {
      const { queryHash, queryKey, state } = query;
      return {
        hash: queryHash,
        kind: String(queryKey[3]),
        actions: JSON.parse(String(queryKey[5])),
        given: givenIn(String(queryKey[6])),
        isFetching: state.fetchStatus === "fetching",
        isStale: query.isStale(),
        isOnScreen: query.getObserversCount() > 0,
        updatedAt: state.dataUpdatedAt,
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are those of plans
        plan: isRefused(query) ? null : ((state.data as Plan | undefined) ?? null),
        error: state.error,
      };
    });
}

/** Returns the values that a plan query fixes for all resources. */
function givenIn(resourceKey: string): string {
  const { attr = {}, policyVersion, scope }: { [name: string]: unknown } = JSON.parse(resourceKey);
  const hasAttributes = Object.keys(Object(attr)).length > 0;
  const given = JSON.stringify({ ...(hasAttributes && { attr }), policyVersion, scope });
  return given === "{}" ? "" : given;
}
