import { type QueryCache, useQueryClient } from "@tanstack/react-query";
import { useState, useSyncExternalStore } from "react";

/**
 * The error of a decision that is on the page; `null` when all could be asked. It stays while they are asked
 * again: what comes and goes is read out each time.
 */
export function useFailedDecision(): Error | null {
  const queryClient = useQueryClient();
  const [failures] = useState(() => watchFailures(queryClient.getQueryCache()));
  return useSyncExternalStore(failures.subscribe, failures.read);
}

function watchFailures(cache: QueryCache) {
  let last: Error | null = null;
  return {
    subscribe: (notify: () => void) => cache.subscribe(notify),
    read: (): Error | null => {
      // A key without a session is that of a check that is not asked for now.
      const shown = cache
        .findAll({ queryKey: ["kinde-cerbos"], type: "active" })
        .filter(({ queryKey }) => queryKey[1] !== "");
      const failed = shown.find(({ state }) => state.status === "error");
      if (failed) last = failed.state.error;
      else if (shown.every(({ state }) => state.data !== undefined)) last = null;
      return last;
    },
  };
}
