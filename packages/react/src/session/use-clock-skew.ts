"use client";

import { AuthzError, type Session } from "@kinde-cerbos/core";
import { focusManager } from "@tanstack/react-query";
import { useCallback, useMemo, useSyncExternalStore } from "react";
import { clockOf } from "../sources/source-clock.ts";
import { type TokenSource } from "../sources/token-source.ts";

/** Why nothing is allowed where this machine's clock makes every token look expired; `null` where it does not. */
export function useClockSkew(source: TokenSource, session: Session | null): AuthzError | null {
  const clock = clockOf(source);
  const subscribe = useCallback(
    (notify: () => void) => {
      const ends = [clock.subscribe(notify), focusManager.subscribe(notify)];
      return () => ends.forEach((end) => end());
    },
    [clock],
  );
  // In whole seconds, so that it does not change by itself. A new function in each render: with one that stays, React
  // 18
  // misses a change back to an earlier value if the component sets state while it renders, as the provider does.
  const read = (): number | null => {
    const aheadMs = session && clock.aheadByMoreThanLife(session);
    return aheadMs === null ? null : Math.round(aheadMs / 1000);
  };
  const ahead = useSyncExternalStore(subscribe, read, () => null);
  return useMemo(() => (ahead === null ? null : clockSkew(ahead)), [ahead]);
}

function clockSkew(seconds: number): AuthzError {
  return new AuthzError(
    "clock_skew",
    `This machine's clock is ${inWords(seconds)} ahead of Kinde's, more than a token's lifetime, so ` +
      "Kinde's SDK treats each new token as expired. Set the clock, then sign in again.",
  );
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
