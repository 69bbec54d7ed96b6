import { AuthzError } from "./errors.ts";

/** The longest a timer can be set for, in ms; a longer one would fire at once. */
export const LONGEST_TIMER_MS: number = 2 ** 31 - 1;

/** Time and chance, so that tests need neither. */
export interface Timing {
  /** The time, in ms since the epoch. */
  readonly now: () => number;
  /** Runs a task after so many ms; returns what cancels it. */
  readonly setTimer: (task: () => void, ms: number) => () => void;
  /** A number from 0 up to 1. */
  readonly random: () => number;
}

/** What tests put in the place of clock and chance, and the machine's own for the rest. */
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
 * Calls `ring` after so many ms, or with the reason as soon as the signal is
 * aborted: one of both, once.
 *
 * @returns what stops it before
 * @throws AuthzError what {@link aborted} gives for a signal that is aborted by now
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

/** What a caller gets who has aborted. */
export function aborted({ reason }: AbortSignal): AuthzError {
  return reason instanceof AuthzError
    ? reason
    : new AuthzError("aborted", "It was aborted by its caller.", { cause: reason });
}
