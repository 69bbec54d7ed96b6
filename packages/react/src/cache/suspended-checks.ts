/** How often nothing new must have come before what suspends is asked for: once may be a pause between two renders. */
const QUIET_TURNS = 2;
/** No check is held longer than this, in ms. */
const LONGEST_MS = 500;

/**
 * Gathers what is asked for by renders that suspend. React 19 renders the first component below a boundary alone, and
 * the others in later tasks: asked for at once, each would be a request. They are held until no more come.
 */
export class Suspended<Item> {
  readonly #release: (items: ReadonlySet<Item>) => void;
  #items = new Set<Item>();

  constructor(release: (items: ReadonlySet<Item>) => void) {
    this.#release = release;
  }

  add(item: Item): void {
    this.#items.add(item);
    if (this.#items.size === 1) this.#wait(this.#items, Date.now() + LONGEST_MS);
  }

  /** Releases them now: others are asked for, too. */
  flush(): void {
    const items = this.#items;
    if (items.size === 0) return;
    this.#items = new Set();
    this.#release(items);
  }

  /** A turn is a timer of its own: React gives way to it between the parts of a render. */
  #wait(items: ReadonlySet<Item>, end: number, count = 0, quiet = 0): void {
    setTimeout(() => {
      if (items !== this.#items) return;
      const turns = items.size === count ? quiet + 1 : 0;
      if (turns >= QUIET_TURNS || Date.now() >= end) this.flush();
      else this.#wait(items, end, items.size, turns);
    }, 0);
  }
}
