import { useMemo } from "react";

import { type DecisionMatch } from "./decision-query.ts";
import { hideDecisions, invalidateDecisions, type InvalidateOptions } from "./invalidate-decisions.ts";
import { AskingContext, useProvided } from "./permissions-context.ts";

/** What to do with answers that a change outdates. The same object at each render. */
export interface DecisionCache {
  /** After a change: {@link invalidateDecisions}. */
  readonly invalidate: (options?: InvalidateOptions) => Promise<void>;
  /** Before it: {@link hideDecisions}. */
  readonly hide: (match?: DecisionMatch) => void;
}

/**
 * The provider's cache of decisions, for mutations.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function useDecisionCache(): DecisionCache {
  const { queryClient } = useProvided(AskingContext, "useDecisionCache");
  return useMemo(
    () => ({
      invalidate: (options) => invalidateDecisions(queryClient, options),
      hide: (match) => hideDecisions(queryClient, match),
    }),
    [queryClient],
  );
}
