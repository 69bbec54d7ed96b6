import { type AuthzError } from "../base/errors.ts";
import { aborted } from "../base/timing.ts";
import { type PreparedCheck } from "../check/check.ts";
import { type Decision } from "../pdp/decision.ts";

/** A caller that waits for one check. It gets one outcome; later ones are dropped. */
export class Waiter {
  readonly check: PreparedCheck;
  /** Whether it has its outcome, or was canceled. */
  isSettled = false;
  /** The index of its row in the answer of its request. */
  row = 0;
  /** Called when it is settled, by the request that has it. */
  onSettled: (() => void) | undefined;
  readonly #tell: (outcome: Decision | AuthzError) => void;
  #stopListening: (() => void) | undefined;

  /**
   * @param tell receives the outcome
   * @param signal not aborted yet; aborting it cancels the check at once
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

  /** Cancels without an outcome. */
  leave(): void {
    this.isSettled = true;
    this.#stopListening?.();
    this.onSettled?.();
  }
}

/** The waiters of each signal. */
const leaversOf = new WeakMap<AbortSignal, Set<() => void>>();

function leaveAll(this: AbortSignal): void {
  leaversOf.get(this)?.forEach((leave) => leave());
}

/**
 * Runs `leave` when the signal is aborted. Returns a function that undoes that. Each signal gets one listener for all
 * its waiters: adding a listener takes longer the more there are, and a page may use one signal for thousands of
 * checks.
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
