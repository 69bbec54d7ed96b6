/** How often something may be done: a few times at once, then once in a while. */
export class Budget {
  readonly #burst: number;
  readonly #everyMs: number;
  #left: number;
  /** When {@link Budget.#left} was counted, in ms since the epoch. */
  #at = Date.now();

  /** @param everyMs - How long until it may be done once more, in ms, if it was done `burst` times */
  constructor(burst: number, everyMs: number) {
    this.#burst = this.#left = burst;
    this.#everyMs = everyMs;
  }

  /** Takes one of the budget. Returns 0; or, if nothing is left, how long to wait before the next try, in ms. */
  take(): number {
    const now = Date.now();
    // A clock that was set back gives nothing.
    const earned = Math.max(now - this.#at, 0) / this.#everyMs;
    this.#left = Math.min(this.#left + earned, this.#burst);
    this.#at = now;
    if (this.#left < 1) return Math.ceil((1 - this.#left) * this.#everyMs);
    this.#left -= 1;
    return 0;
  }
}
