import { type Kind } from "@kinde-cerbos/core";
import { notifyManager, type QueryClient } from "@tanstack/react-query";
import { decisionFilters, type DecisionMatch } from "./decision-query.ts";
import { fetchAgain } from "./fetch-again.ts";
import { hideQuery } from "./hidden-answers.ts";

/** Which answers a change has outdated, and what is shown of them until there are new ones. */
export interface InvalidateOptions<K extends Kind = Kind> extends DecisionMatch<K> {
  /** `true` shows `pending` instead of the last answer. Default: false. */
  readonly hide?: boolean;
}

/**
 * Outdates answers after a change that the checks themselves do not say, such as
 * a new member of a team. Those on the screen are asked again, together; the
 * others when they are next needed. An answer that is under way is given up and
 * asked again, as it may be of before the change. Who waits for it gets the new
 * one. `invalidateQueries` takes it for an answer of after.
 *
 * Settles once all that was asked is answered. A failure is in the results.
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
 * Forgets answers when a change begins that will outdate them: what is on the
 * screen is pending. It asks nothing, as the answer would be of before the change;
 * {@link invalidateDecisions} does so after it, whether it has succeeded or not.
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
