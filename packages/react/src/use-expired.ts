import { focusManager } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";

/** The longest a timer can be set for; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Whether a time (ms since the epoch) has passed. `null` never passes. */
export function hasPassed(time: number | null): boolean {
  return time !== null && Date.now() >= time;
}

/** The same, and renders when it passes. */
export function useExpired(expiresAt: number | null): boolean {
  const isExpired = (): boolean => hasPassed(expiresAt);
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
      // Timers stand still while a machine sleeps. Whoever looks at the page again must not wait for the rest.
      const unsubscribe = focusManager.subscribe(notify);
      return () => {
        unsubscribe();
        clearTimeout(timer);
      };
    },
    [expiresAt],
  );
  return useSyncExternalStore(subscribe, isExpired, () => false);
}
