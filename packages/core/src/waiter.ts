import { type PreparedCheck } from "./check.ts";
import { type Decision } from "./decision.ts";
import { type AuthzError } from "./errors.ts";
import { authzErrorFromPdp } from "./pdp.ts";
import { aborted } from "./timing.ts";

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
    const leave = (): void => this.fail(aborted(signal));
    signal.addEventListener("abort", leave, { once: true });
    this.onSettled(() => signal.removeEventListener("abort", leave));
    if (signal.aborted) leave();
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
