"use client";

import { type Authorizer, type Session, type SessionOptions } from "@kinde-cerbos/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { hasPassed } from "../cache/timer.ts";
import { type TokenSource } from "../sources/token-source.ts";
import { graceEnd } from "./use-session-end.ts";
import { sessionNow } from "./use-token-session.ts";

/**
 * Returns a function that returns the authorizer if the source currently has a token of its session, which has not
 * expired more than `graceMs` ago; otherwise `null`. After `null` it becomes another function: components that rendered
 * with `null` must render again, even if the source has the session back before it reports a change.
 */
export function useCurrentAuthorizer(
  authorizer: Authorizer | null,
  source: TokenSource,
  newestSource: () => TokenSource,
  options: SessionOptions,
  graceMs: number,
): () => Authorizer | null {
  const [doubt, setDoubt] = useState({});
  const isDoubted = useRef(false);
  const newest = useRef(options);
  useEffect(() => {
    newest.current = options;
  }, [options]);
  return useMemo(() => {
    const before = newestSource();
    /** Whether a session had ended at a time: a page asks thousands of times in a millisecond. */
    let last: { source: TokenSource; session: Session; at: number; hasEnded: boolean } | null = null;
    return () => {
      if (authorizer === null) return null;
      const now = newestSource();
      // Until this render is committed, use its own source.
      const from = now === before ? source : now;
      const session = sessionNow(authorizer.session, from, newest.current);
      const at = Date.now();
      if (session && !(last?.session === session && last.source === from && last.at === at)) {
        // Its end too: the timer of a machine that has slept is late.
        last = { source: from, session, at, hasEnded: hasPassed(graceEnd(from, session, graceMs)) };
      }
      const isCurrent = session !== null && last?.hasEnded === false;
      // Once, until it is current again: the provider may see no reason to change anything.
      if (!isCurrent && !isDoubted.current) queueMicrotask(() => setDoubt({}));
      isDoubted.current = !isCurrent;
      return isCurrent ? authorizer : null;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- another one for each doubt; not for each source
  }, [authorizer, newestSource, doubt, graceMs]);
}
