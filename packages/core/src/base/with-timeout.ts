import { AuthzError } from "./errors.ts";
import { setAlarm, type Timing, timingOf } from "./timing.ts";

/** Options for {@link withTimeout}. */
export interface InTimeOptions {
  /** Cancels the task. */
  readonly signal?: AbortSignal;
  /** How long the task may take, in ms. */
  readonly timeoutMs: number;
  readonly timing?: Timing;
  /** The remedy, for the message. */
  readonly remedy?: string;
}

/**
 * Returns a task's result if it arrives in time. A later result is dropped.
 *
 * @param task receives a signal that is aborted when its result is no longer needed; it may throw, and may ignore the
 *   signal
 * @throws AuthzError `timeout`; the reason that the signal was aborted with; what the task throws
 */
export function withTimeout<Result>(
  task: (signal: AbortSignal) => Promise<Result>,
  {
    signal = new AbortController().signal,
    timeoutMs,
    timing = timingOf(),
    remedy = " Raise timeoutMs if it needs longer.",
  }: InTimeOptions,
): Promise<Result> {
  const attempt = new AbortController();
  return new Promise<Result>((resolve, reject) => {
    const stop = setAlarm(timeoutMs, signal, timing, (reason) => {
      const error = reason ?? new AuthzError("timeout", `No answer within ${timeoutMs} ms.${remedy}`);
      reject(error);
      attempt.abort(error);
    });
    // `async` turns what it throws at once into a rejection.
    const result = (async () => task(attempt.signal))();
    void result.then(resolve, reject).finally(stop);
  });
}
