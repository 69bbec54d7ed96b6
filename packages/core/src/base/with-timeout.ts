import { AuthzError } from "./errors.ts";
import { setAlarm, type Timing, timingOf } from "./timing.ts";

/** How long a task may take. */
export interface InTimeOptions {
  /** Gives the task up. */
  readonly signal?: AbortSignal;
  /** It fails without an end after this long, in ms. */
  readonly timeoutMs: number;
  readonly timing?: Timing;
  /** What to do about it, for the message. */
  readonly remedy?: string;
}

/**
 * What a task gives, if it gives it in time. What comes later is dropped.
 *
 * @param task gets a signal that is aborted when nobody waits any more; may throw at once, and may ignore the signal
 * @throws AuthzError `timeout`; what the signal was aborted with; what the task throws
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
