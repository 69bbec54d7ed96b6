"use client";

import { type Session } from "@kinde-cerbos/core";
import { type QueryClient } from "@tanstack/react-query";
import { useEffect, useInsertionEffect, useRef } from "react";
import { ownerOf } from "../cache/cache-owner.ts";
import { KEY_PREFIX } from "../cache/decision-query.ts";

/** The user whose decisions a provider shows; `null` while that is not known. */
interface Present {
  readonly sessionId: string | null;
  readonly owner: number | null;
}

/** The users that each cache's providers show now: a provider must not remove decisions that another one shows. */
const presentIn = new WeakMap<QueryClient, Set<Present>>();

/**
 * Keeps a user's decisions in the cache while a provider shows them, or simulates another user. Returns a function that
 * ends that.
 */
export function keepUser(queryClient: QueryClient, sessionId: string | null, owner: number | null): () => void {
  const all = presentIn.get(queryClient) ?? new Set();
  presentIn.set(queryClient, all);
  const kept = { sessionId, owner };
  all.add(kept);
  return () => void all.delete(kept);
}

/**
 * Removes all decisions of a user from the cache when another one, or nobody,
 * takes their place, also if a persisted cache brings them back. Another
 * organization of the same user leaves them: they are under a key of their own,
 * and switching back sends nothing while they are fresh.
 */
export function useForgetUsers(session: Session | null, queryClient: QueryClient): void {
  const owner = session && ownerOf(session);
  const sessionId = session?.id ?? null;
  const before = useRef<number | null>(null);
  // An insertion effect runs before the effects: all providers are registered when the first one removes decisions.
  useInsertionEffect(() => keepUser(queryClient, sessionId, owner), [owner, sessionId, queryClient]);
  useEffect(() => {
    if (sessionId === null) return;
    const present = [...(presentIn.get(queryClient) ?? [])];
    // If not, decisions in the cache may belong to a provider whose user is not known yet.
    const isAllKnown = present.every((one) => one.sessionId !== null);
    const former = before.current;
    before.current = owner;
    queryClient.removeQueries({
      queryKey: [KEY_PREFIX],
      predicate: ({ queryKey, meta }) =>
        present.every((one) => queryKey[1] !== one.sessionId && meta?.[KEY_PREFIX] !== one.owner) &&
        (isAllKnown || (former !== null && meta?.[KEY_PREFIX] === former)),
    });
  }, [owner, sessionId, queryClient]);
}
