"use client";

import { focusManager } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { atTime, hasPassed } from "../cache/timer.ts";

/** Whether a time (ms since the epoch) has passed. Renders when it does. `null` never passes. */
export function useExpired(expiresAt: number | null): boolean {
  const isExpired = (): boolean => hasPassed(expiresAt);
  const subscribe = useCallback(
    (notify: () => void) => {
      if (expiresAt === null) return () => {};
      const cancel = atTime(notify, expiresAt);
      // Timers stand still while a machine sleeps. A user who comes back to the page must not wait for the rest.
      const unsubscribe = focusManager.subscribe(notify);
      return () => {
        unsubscribe();
        cancel();
      };
    },
    [expiresAt],
  );
  return useSyncExternalStore(subscribe, isExpired, () => false);
}
