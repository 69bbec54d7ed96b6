import { LONGEST_TIMER_MS } from "@kinde-cerbos/core/internal";

/**
 * Runs a task at a time (ms since the epoch), and not before it: a timer may be
 * early by the clock. Infinity never comes. The returned function gives it up.
 */
export function atTime(task: () => void, at: number): () => void {
  let id: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    id = setTimeout(() => (Date.now() < at ? wait() : task()), Math.min(at - Date.now(), LONGEST_TIMER_MS));
  };
  wait();
  return () => clearTimeout(id);
}

/** Whether a time (ms since the epoch) has passed. `null` never passes. */
export function hasPassed(time: number | null): boolean {
  return time !== null && Date.now() >= time;
}
