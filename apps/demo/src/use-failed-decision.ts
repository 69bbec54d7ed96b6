import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";

/** The error of a decision that is on the page; `null` when all could be asked. */
export function useFailedDecision(): Error | null {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback((notify: () => void) => cache.subscribe(notify), [cache]);
  return useSyncExternalStore(subscribe, () => {
    const failed = cache.findAll({
      queryKey: ["kinde-cerbos"],
      type: "active",
      predicate: ({ state }) => state.status === "error",
    });
    return failed[0]?.state.error ?? null;
  });
}
