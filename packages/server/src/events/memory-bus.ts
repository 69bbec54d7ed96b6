import { type EventBus } from "./event-bus.ts";

/** Most names that are remembered; the oldest is dropped first. */
const MAX_CLAIMS = 100_000;

/** Creates a bus for one process. It keeps nothing when the process ends. */
export function createMemoryBus(now: () => number = () => Date.now()): EventBus {
  const subscribers = new Set<(message: string) => void>();
  /** Until when each name is claimed, in ms since the epoch, the oldest first. */
  const claims = new Map<string, number>();
  return {
    async publish(message) {
      for (const tell of subscribers) tell(message);
    },
    subscribe(onMessage) {
      const tell = (message: string): void => onMessage(message);
      subscribers.add(tell);
      return () => void subscribers.delete(tell);
    },
    async claim(name, forMs) {
      const time = now();
      if ((claims.get(name) ?? 0) > time) return false;
      claims.delete(name);
      for (const [old, until] of claims) {
        if (until > time && claims.size < MAX_CLAIMS) break;
        claims.delete(old);
      }
      claims.set(name, time + forMs);
      return true;
    },
    async release(name) {
      claims.delete(name);
    },
  };
}
