import { type Session } from "@kinde-cerbos/core";
import { type QueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { KEY_PREFIX } from "./decision-query.ts";

/**
 * Removes all decisions of a user from the cache when another one, or nobody,
 * takes their place. Another organization of the same user leaves them: they are
 * under a key of their own, and switching back need not ask while they are fresh.
 */
export function useForgetUsers(session: Session | null, queryClient: QueryClient): void {
  const last = useRef<string | null>(null);
  const user = session?.principal.id ?? null;
  const sessionId = session?.id ?? null;
  useEffect(() => {
    if (user === null) return;
    if (last.current !== null && last.current !== user) {
      queryClient.removeQueries({
        queryKey: [KEY_PREFIX],
        predicate: ({ queryKey }) => queryKey[1] !== sessionId,
      });
    }
    last.current = user;
  }, [user, sessionId, queryClient]);
}
