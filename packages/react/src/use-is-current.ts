"use client";

import { type Authorizer, type Session } from "@kinde-cerbos/core";
import { useMemo, useReducer, useRef } from "react";

import { hasPassed } from "./use-expired.ts";

/**
 * A function that tells whether an authorizer's session is that of the token
 * Kinde holds at this moment, and has not ended. It is another one after it has
 * said no: what has rendered by that no must render again, also where Kinde has
 * the session back before anybody is told of the change.
 */
export function useIsCurrent(authorizer: Authorizer | null, isStored: (session: Session) => boolean): () => boolean {
  const [doubts, doubt] = useReducer((count: number) => count + 1, 0);
  const isDoubted = useRef(false);
  return useMemo(
    () => () => {
      if (authorizer === null) return false;
      // Its end too: the timer of a machine that has slept is late.
      const isCurrent = !hasPassed(authorizer.session.expiresAt) && isStored(authorizer.session);
      // Once, until it is current again: the provider may see no reason to change anything.
      if (!isCurrent && !isDoubted.current) queueMicrotask(doubt);
      isDoubted.current = !isCurrent;
      return isCurrent;
    },
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- another one for each doubt
    [authorizer, isStored, doubts],
  );
}
