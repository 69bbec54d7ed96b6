import { AuthzError } from "./errors.ts";

/** Time and chance, so that tests need neither. */
export interface Timing {
  /** The time, in ms since the epoch. */
  readonly now: () => number;
  /** Runs a task after so many ms; returns what cancels it. */
  readonly setTimer: (task: () => void, ms: number) => () => void;
  /** A number from 0 up to 1. */
  readonly random: () => number;
}

/** The machine's own. */
export const systemTiming: Timing = {
  now: () => Date.now(),
  setTimer: (task, ms) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Waits so many ms. Rejects at once when the signal is aborted, with `aborted`. */
export function wait(ms: number, signal: AbortSignal, { setTimer }: Timing): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      cancel();
      reject(aborted(signal));
    };
    const cancel = setTimer(() => {
      signal.removeEventListener("abort", leave);
      resolve();
    }, ms);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
}

/** What a caller gets who has aborted. */
export function aborted({ reason }: AbortSignal): AuthzError {
  return reason instanceof AuthzError
    ? reason
    : new AuthzError("aborted", "It was aborted by its caller.", { cause: reason });
}
