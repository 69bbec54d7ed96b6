import { type AuthzError, hasCode } from "./errors.ts";
import { aborted, setAlarm, type Timing } from "./timing.ts";

/** How often a call is repeated after a temporary fault. */
const RETRIES = 2;
/** The longest first wait, in ms. Each one after it may be twice as long. */
const BACKOFF_MS = 200;
/** A longer `Retry-After` is not waited for, in ms: the call fails at once. */
const LONGEST_WAIT_MS = 10_000;

/** Whether a fault is temporary. */
export function mayPass(error: unknown): error is AuthzError {
  return hasCode(error, "pdp_unavailable") || hasCode(error, "timeout");
}

/**
 * Repeats a call after a temporary fault: the server did not answer, or could not. A refused call is not repeated.
 *
 * @throws what `attempt` throws; AuthzError `aborted` as soon as the signal is aborted
 */
export async function withRetries(
  attempt: () => Promise<unknown>,
  signal: AbortSignal,
  timing: Timing,
): Promise<unknown> {
  for (let made = 0; ; made += 1) {
    if (signal.aborted) throw aborted(signal);
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error) || made === RETRIES) throw error;
      const { retryAfterMs = 0 } = error;
      if (retryAfterMs > LONGEST_WAIT_MS) throw error;
      // Full jitter: clients that failed together must not come back together.
      const ms = retryAfterMs + timing.random() * BACKOFF_MS * 2 ** made;
      await new Promise<void>((resolve, reject) => {
        setAlarm(ms, signal, timing, (reason) => (reason ? reject(reason) : resolve()));
      });
    }
  }
}
