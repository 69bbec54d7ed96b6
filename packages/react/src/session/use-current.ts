"use client";

import { type Authorizer, type SessionOptions } from "@kinde-cerbos/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { hasPassed } from "../cache/timer.ts";
import { storedSession } from "./use-kinde-session.ts";
import { graceEnd } from "./use-session-end.ts";

/**
 * A function that gives the authorizer as long as its session is that of the token
 * Kinde holds at this moment, and is not past its end by more than `graceMs`. It is another one after it has
 * given none: what has rendered by that must render again, also where Kinde has
 * the session back before anybody is told of the change.
 */
export function useCurrent(
  authorizer: Authorizer | null,
  options: SessionOptions,
  graceMs: number,
): () => Authorizer | null {
  const [doubt, setDoubt] = useState({});
  const isDoubted = useRef(false);
  const newest = useRef(options);
  useEffect(() => {
    newest.current = options;
  }, [options]);
  return useMemo(
    () => () => {
      if (authorizer === null) return null;
      const session = storedSession(authorizer.session, newest.current);
      // Its end too: the timer of a machine that has slept is late.
      const isCurrent = session !== null && !hasPassed(graceEnd(session, graceMs));
      // Once, until it is current again: the provider may see no reason to change anything.
      if (!isCurrent && !isDoubted.current) queueMicrotask(() => setDoubt({}));
      isDoubted.current = !isCurrent;
      return isCurrent ? authorizer : null;
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- another one for each doubt
    [authorizer, doubt, graceMs],
  );
}
