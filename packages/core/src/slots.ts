/** Runs tasks at most so many at a time; the others wait in their order. */
export class Slots {
  #free: number;
  /** Each is called once a slot is its own. */
  readonly #queue: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Runs a task: at once, in this very call, where there is a slot. */
  async run(task: () => Promise<void>): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      await task();
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
