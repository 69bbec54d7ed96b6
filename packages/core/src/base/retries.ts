import { type AuthzError, hasCode } from "./errors.ts";
import { aborted, setAlarm, type Timing } from "./timing.ts";

/** How often a fault that may pass is asked again. */
const RETRIES = 2;
/** The longest first wait, in ms. Each one after it may be twice as long. */
const BACKOFF_MS = 200;
/** Longer than this nobody waits before a page, whatever `Retry-After` says, in ms. */
const LONGEST_WAIT_MS = 10_000;

/** Whether a fault may pass by itself. */
export function mayPass(error: unknown): error is AuthzError {
  return hasCode(error, "pdp_unavailable") || hasCode(error, "timeout");
}

/**
 * Makes a call again where its fault may pass. That is when the server did not
 * answer, or could not; what it refused stays refused.
 *
 * @throws what `attempt` throws; AuthzError `aborted` at once when the signal is
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
