import { type AuthzError } from "../base/errors.ts";
import { aborted } from "../base/timing.ts";
import { type PreparedCheck } from "../check/check.ts";
import { type Decision } from "../pdp/decision.ts";
import { authzErrorFromPdp } from "../pdp/pdp.ts";

/** One caller that waits for one check. Settled once; what comes later is dropped. */
export class Waiter {
  readonly check: PreparedCheck;
  /** Whether nobody waits any more. Set by `settle`. */
  isSettled = false;
  /** The row that answers it, of the request that it is in. */
  row = 0;
  readonly #outcome = Promise.withResolvers<Decision>();
  readonly #afterwards: (() => void)[] = [];

  /** A waiter leaves at once when its signal is aborted. */
  constructor(check: PreparedCheck, signal?: AbortSignal) {
    this.check = check;
    if (!signal) return;
    if (signal.aborted) this.fail(aborted(signal));
    else this.onSettled(whenAborted(signal, () => this.fail(aborted(signal))));
  }

  /** Resolves or rejects when the waiter is settled. */
  get outcome(): Promise<Decision> {
    return this.#outcome.promise;
  }

  /** Runs `task` when the waiter is settled, which it must not be yet. */
  onSettled(task: () => void): void {
    this.#afterwards.push(task);
  }

  /** Settles with what `read` returns, or fails with what it throws. */
  settle(read: () => Decision): void {
    try {
      this.#outcome.resolve(read());
    } catch (error) {
      this.#outcome.reject(authzErrorFromPdp(error));
    }
    this.isSettled = true;
    for (const task of this.#afterwards.splice(0)) task();
  }

  /** Settles with an error. */
  fail(error: AuthzError): void {
    this.settle(() => {
      throw error;
    });
  }
}

/** All who wait with a signal. */
const leaversOf = new WeakMap<AbortSignal, Set<() => void>>();

function leaveAll(this: AbortSignal): void {
  leaversOf.get(this)?.forEach((leave) => leave());
}

/**
 * Runs `leave` when the signal is aborted; returns what ends that. There is one
 * listener for all who wait with a signal: to add another one, an event target
 * looks at all it has, and a page may give thousands of checks the same signal.
 */
function whenAborted(signal: AbortSignal, leave: () => void): () => void {
  const leavers = leaversOf.get(signal) ?? new Set();
  leaversOf.set(signal, leavers.add(leave));
  signal.addEventListener("abort", leaveAll);
  return () => {
    leavers.delete(leave);
    if (leavers.size === 0) signal.removeEventListener("abort", leaveAll);
  };
}
