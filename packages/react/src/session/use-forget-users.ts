"use client";

import { type Session } from "@kinde-cerbos/core";
import { type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ownerOf } from "../cache/cache-owner.ts";
import { KEY_PREFIX } from "../cache/decision-query.ts";

/**
 * Removes all decisions of a user from the cache when another one, or nobody,
 * takes their place, also where a persisted cache brings them back. Another
 * organization of the same user leaves them: they are under a key of their own,
 * and switching back need not ask while they are fresh.
 */
export function useForgetUsers(session: Session | null, queryClient: QueryClient): void {
  const holder = session && ownerOf(session);
  const sessionId = session?.id ?? null;
  useEffect(() => {
    if (sessionId === null) return;
    queryClient.removeQueries({
      queryKey: [KEY_PREFIX],
      predicate: ({ queryKey, meta }) => queryKey[1] !== sessionId && meta?.[KEY_PREFIX] !== holder,
    });
  }, [holder, sessionId, queryClient]);
}
