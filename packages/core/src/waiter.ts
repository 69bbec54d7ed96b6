import { type PreparedCheck } from "./check.ts";
import { type Decision } from "./decision.ts";
import { type AuthzError } from "./errors.ts";
import { authzErrorFromPdp } from "./pdp.ts";
import { aborted } from "./timing.ts";

/** One caller that waits for one check. Settled once; what comes later is dropped. */
export class Waiter {
  readonly check: PreparedCheck;
  /** Resolves or rejects when the waiter is settled. */
  readonly outcome: Promise<Decision>;
  readonly #settlers: PromiseWithResolvers<Decision>;
  readonly #afterwards: (() => void)[] = [];
  #isSettled = false;

  /** A waiter leaves at once when its signal is aborted. */
  constructor(check: PreparedCheck, signal?: AbortSignal) {
    this.check = check;
    this.#settlers = Promise.withResolvers<Decision>();
    this.outcome = this.#settlers.promise;
    if (signal === undefined) return;
    const leave = (): void => this.fail(aborted(signal));
    if (signal.aborted) {
      leave();
      return;
    }
    signal.addEventListener("abort", leave, { once: true });
    this.onSettled(() => signal.removeEventListener("abort", leave));
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Runs `task` once the waiter is settled, at once if it is. */
  onSettled(task: () => void): void {
    if (this.#isSettled) task();
    else this.#afterwards.push(task);
  }

  /** Settles with what `read` returns, or fails with what it throws. */
  settleWith(read: (check: PreparedCheck) => Decision): void {
    if (this.#isSettled) return;
    try {
      this.#settlers.resolve(read(this.check));
      this.#close();
    } catch (error) {
      this.fail(authzErrorFromPdp(error));
    }
  }

  fail(error: AuthzError): void {
    if (this.#isSettled) return;
    this.#settlers.reject(error);
    this.#close();
  }

  #close(): void {
    this.#isSettled = true;
    for (const task of this.#afterwards.splice(0)) task();
  }
}
