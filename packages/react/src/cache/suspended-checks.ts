/** How long no component may have rendered before checks are sent: one turn may be a pause between two renders. */
const QUIET_TURNS = 2;
/** How long checks are held after the newest one, in ms, if components go on rendering... */
const LONGEST_MS = 500;
/**
 * ...and how often React may have rendered each of them since: on a slow phone, to render them anew takes longer than
 * that, and those not yet rendered come after. Twice, and twice that in StrictMode.
 */
const LONGEST_RENDERS = 4;

/**
 * Gathers the checks of components that suspend. React 19 renders the first component below a boundary alone, and the
 * others in later tasks, after all that it has rendered before: sent at once, each would be a request. They are held
 * until React has come to the last one.
 */
export class Suspended<Item> {
  readonly #release: (items: ReadonlySet<Item>) => void;
  #items = new Set<Item>();
  #newestAt = 0;
  #rendersAtNewest = 0;
  /** How many renders there were of components that may suspend. */
  #renders = 0;

  constructor(release: (items: ReadonlySet<Item>) => void) {
    this.#release = release;
  }

  add(item: Item): void {
    if (this.#items.has(item)) return;
    this.#items.add(item);
    this.#newestAt = performance.now();
    this.#rendersAtNewest = this.#renders;
    if (this.#items.size === 1) this.#wait(this.#items);
  }

  /** A component that may suspend is rendered: others may come after it. */
  onRender(): void {
    this.#renders += 1;
  }

  /** Releases them now: others are asked for, too. */
  flush(): void {
    const items = this.#items;
    if (items.size === 0) return;
    this.#items = new Set();
    this.#release(items);
  }

  /** A turn is a timer of its own: React gives way to it between the parts of a render. */
  #wait(items: ReadonlySet<Item>, renders = -1, quiet = 0): void {
    setTimeout(() => {
      if (items !== this.#items) return;
      const turns = this.#renders === renders ? quiet + 1 : 0;
      const isOld =
        performance.now() - this.#newestAt >= LONGEST_MS &&
        this.#renders - this.#rendersAtNewest > LONGEST_RENDERS * items.size;
      if (turns >= QUIET_TURNS || isOld) this.flush();
      else this.#wait(items, this.#renders, turns);
    }, 0);
  }
}
