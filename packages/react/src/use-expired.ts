"use client";

import { useCallback, useSyncExternalStore } from "react";

/** The longest a timer can be set for; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Whether a time (ms since the epoch) has passed. Renders when it does. `null` never passes. */
export function useExpired(expiresAt: number | null): boolean {
  const isExpired = (): boolean => expiresAt !== null && Date.now() >= expiresAt;
  const subscribe = useCallback(
    (notify: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const wait = (): void => {
        if (expiresAt === null) return;
        const left = expiresAt - Date.now();
        if (left <= 0) notify();
        else timer = setTimeout(wait, Math.min(left, LONGEST_TIMER_MS));
      };
      wait();
      return () => clearTimeout(timer);
    },
    [expiresAt],
  );
  return useSyncExternalStore(subscribe, isExpired, () => false);
}
