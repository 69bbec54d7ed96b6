import { AuthzError } from "./errors.ts";

/** The longest delay of a timer, in ms. A longer one would fire at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/** Clock, timers and randomness, which tests replace. */
export interface Timing {
  /** Returns the current time, in ms since the epoch. */
  readonly now: () => number;
  /** Runs a task after this many ms. Returns a function that cancels it. */
  readonly setTimer: (task: () => void, ms: number) => () => void;
  /** Returns a number from 0 to below 1. */
  readonly random: () => number;
}

/** The given clock, timers and randomness, with the machine's own as defaults. */
export function timingOf({ now, setTimer, random }: Partial<Timing> = {}): Timing {
  return {
    now: now ?? (() => Date.now()),
    setTimer:
      setTimer ??
      ((task, ms) => {
        const timer = setTimeout(task, ms);
        return () => clearTimeout(timer);
      }),
    random: random ?? (() => Math.random()),
  };
}

/**
 * Calls `ring` once: after this many ms, or with the reason as soon as the signal is aborted.
 *
 * @returns a function that stops the alarm
 * @throws AuthzError {@link aborted} if the signal is already aborted
 */
export function setAlarm(
  ms: number,
  signal: AbortSignal,
  { setTimer }: Timing,
  ring: (reason?: AuthzError) => void,
): () => void {
  if (signal.aborted) throw aborted(signal);
  const stop = (): void => {
    cancel();
    signal.removeEventListener("abort", leave);
  };
  const leave = (): void => {
    stop();
    ring(aborted(signal));
  };
  const cancel = setTimer(() => {
    stop();
    ring();
  }, ms);
  signal.addEventListener("abort", leave, { once: true });
  return stop;
}

/** The error for a check that its caller canceled. */
export function aborted({ reason }: AbortSignal): AuthzError {
  return reason instanceof AuthzError
    ? reason
    : new AuthzError("aborted", "Canceled by the caller.", { cause: reason });
}
