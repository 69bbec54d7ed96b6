import { AuthzError } from "./errors.ts";
import { setAlarm, type Timing } from "./timing.ts";

/** How long a task may take. */
export interface InTimeOptions {
  /** Gives the task up. */
  readonly signal: AbortSignal;
  /** It fails without an end after this long, in ms. */
  readonly timeoutMs: number;
  readonly timing: Timing;
}

/**
 * What a task gives, if it gives it in time. What comes later is dropped.
 *
 * @param task gets a signal that is aborted when nobody waits any more; may throw at once, and may ignore the signal
 * @throws AuthzError `timeout`; what the signal was aborted with; what the task throws
 */
export function withTimeout<Result>(
  task: (signal: AbortSignal) => Promise<Result>,
  { signal, timeoutMs, timing }: InTimeOptions,
): Promise<Result> {
  const attempt = new AbortController();
  return new Promise<Result>((resolve, reject) => {
    const stop = setAlarm(timeoutMs, signal, timing, (reason) => {
      const error =
        reason ?? new AuthzError("timeout", `No answer within ${timeoutMs} ms. Raise timeoutMs if it needs longer.`);
      reject(error);
      attempt.abort(error);
    });
    // `async` turns what it throws at once into a rejection.
    const result = (async () => task(attempt.signal))();
    void result.then(resolve, reject).finally(stop);
  });
}
