import { useCallback, useSyncExternalStore } from "react";

import { atTime } from "./at-time.ts";

/** Whether a time (ms since the epoch) has passed. Renders when it does. `null` never passes. */
export function useExpired(expiresAt: number | null): boolean {
  const isExpired = (): boolean => expiresAt !== null && Date.now() >= expiresAt;
  const subscribe = useCallback(
    (notify: () => void) => atTime(notify, expiresAt ?? Infinity),
    [expiresAt],
  );
  return useSyncExternalStore(subscribe, isExpired, () => false);
}
