"use client";

import { type Session } from "@kinde-cerbos/core";
import { type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ownerOf } from "../cache/cache-owner.ts";
import { KEY_PREFIX } from "../cache/decision-query.ts";

/** Whose decisions a provider shows. */
interface Present {
  readonly sessionId: string;
  readonly owner: number | null;
}

/** What each cache's providers show now: one of them must not forget what another one shows. */
const presentIn = new WeakMap<QueryClient, Set<Present>>();

/**
 * Removes all decisions of a user from the cache when another one, or nobody,
 * takes their place, also if a persisted cache brings them back. Another
 * organization of the same user leaves them: they are under a key of their own,
 * and switching back sends nothing while they are fresh.
 */
export function useForgetUsers(session: Session | null, queryClient: QueryClient): void {
  const owner = session && ownerOf(session);
  const sessionId = session?.id ?? null;
  useEffect(() => {
    if (sessionId === null) return;
    const all = presentIn.get(queryClient) ?? new Set();
    presentIn.set(queryClient, all);
    const mine = { sessionId, owner };
    all.add(mine);
    queryClient.removeQueries({
      queryKey: [KEY_PREFIX],
      predicate: ({ queryKey, meta }) =>
        [...all].every((one) => queryKey[1] !== one.sessionId && meta?.[KEY_PREFIX] !== one.owner),
    });
    return () => void all.delete(mine);
  }, [owner, sessionId, queryClient]);
}
