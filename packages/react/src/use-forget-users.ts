"use client";

import { type Session } from "@kinde-cerbos/core";
import { type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { KEY_PREFIX } from "./decision-query.ts";

/** Whose decisions a cache holds: a user's `sub`, `null` for nobody. A provider may be gone while users change. */
const holders = new WeakMap<QueryClient, string | null>();

/**
 * Removes all decisions of a user from the cache when another one, or nobody,
 * takes their place. Another organization of the same user leaves them: they are
 * under a key of their own, and switching back need not ask while they are fresh.
 */
export function useForgetUsers(session: Session | null, queryClient: QueryClient): void {
  // Not the principal's id: the app may map that to anything.
  const user = session && (session.claims?.sub ?? null);
  const sessionId = session?.id ?? null;
  useEffect(() => {
    if (sessionId === null) return;
    if (holders.has(queryClient) && holders.get(queryClient) !== user) {
      queryClient.removeQueries({
        queryKey: [KEY_PREFIX],
        predicate: ({ queryKey }) => queryKey[1] !== sessionId,
      });
    }
    holders.set(queryClient, user);
  }, [user, sessionId, queryClient]);
}
