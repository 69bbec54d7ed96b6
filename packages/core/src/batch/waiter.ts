import { type AuthzError } from "../base/errors.ts";
import { aborted } from "../base/timing.ts";
import { type PreparedCheck } from "../check/check.ts";
import { type Decision } from "../pdp/decision.ts";

/** One caller that waits for one check. Told once; what comes later is dropped. */
export class Waiter {
  readonly check: PreparedCheck;
  /** Whether nobody waits any more. */
  isSettled = false;
  /** The row that answers it, of the request that it is in. */
  row = 0;
  /** Told when it is settled, of the request that it is in. */
  onSettled: (() => void) | undefined;
  readonly #tell: (outcome: Decision | AuthzError) => void;
  #stopListening: (() => void) | undefined;

  /**
   * @param tell told of the outcome
   * @param signal not aborted yet; when it is, the waiter leaves at once
   */
  constructor(check: PreparedCheck, tell: (outcome: Decision | AuthzError) => void, signal?: AbortSignal) {
    this.check = check;
    this.#tell = tell;
    if (signal) this.#stopListening = whenAborted(signal, () => this.settle(aborted(signal)));
  }

  settle(outcome: Decision | AuthzError): void {
    if (this.isSettled) return;
    this.leave();
    this.#tell(outcome);
  }

  /** Waits no more, and is told nothing. */
  leave(): void {
    this.isSettled = true;
    this.#stopListening?.();
    this.onSettled?.();
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
