import { type Kind } from "@kinde-cerbos/core";
import { notifyManager, type QueryClient } from "@tanstack/react-query";
import { decisionFilters, type DecisionMatch } from "./decision-query.ts";
import { fetchAgain } from "./fetch-again.ts";
import { hideQuery } from "./hidden-answers.ts";

/** Which decisions a change has outdated, and whether to show them until the new ones arrive. */
export interface InvalidateOptions<K extends Kind = Kind> extends DecisionMatch<K> {
  /**
   * Whether the checks are pending until the new decisions arrive, instead of showing the last ones. Default: false.
   */
  readonly hide?: boolean;
}

/**
 * Invalidates decisions after a change that the checks themselves do not show, such as a new member of a team.
 * Decisions on the screen are requested again in one batch, others when a component needs them. A request in flight is
 * canceled and sent again, because its answer may be from before the change; callers that wait for it get the new
 * answer. (`invalidateQueries` would accept the old one.)
 *
 * Resolves once the new answers have arrived. Errors are in the results of the hooks.
 *
 * @throws AuthzError `invalid_option` as {@link decisionFilters}
 */
export async function invalidateDecisions<K extends Kind>(
  queryClient: QueryClient,
  { hide = false, ...match }: InvalidateOptions<K> = {},
): Promise<void> {
  const cache = queryClient.getQueryCache();
  await notifyManager.batch(() =>
    Promise.all(
      cache.findAll(decisionFilters(match)).map(async (query) => {
        const isWanted = query.isActive() || query.state.fetchStatus !== "idle";
        if (hide && !isWanted) cache.remove(query);
        else if (hide) query.reset();
        else query.invalidate();
        if (isWanted) await fetchAgain(query);
      }),
    ),
  );
}

/**
 * Hides decisions when a change begins that will outdate them: the checks on the screen become pending. Nothing is
 * requested, because the answer would be from before the change. Call {@link invalidateDecisions} after the change,
 * whether it succeeded or not.
 */
export function hideDecisions<K extends Kind>(queryClient: QueryClient, match: DecisionMatch<K> = {}): void {
  const cache = queryClient.getQueryCache();
  notifyManager.batch(() => {
    for (const query of cache.findAll(decisionFilters(match))) {
      if (query.getObserversCount() > 0) hideQuery(query);
      else cache.remove(query);
    }
  });
}
