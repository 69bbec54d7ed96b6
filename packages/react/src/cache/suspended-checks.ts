/** How long no component may have rendered before checks are sent: one turn may be a pause between two renders. */
const QUIET_TURNS = 2;
/**
 * Limits while components go on rendering, in ms after the newest check. Checks are sent after half a second, if there
 * were more than four renders for each since, those of components with an answer included. On a slow phone these
 * renders take longer, and components that were not rendered yet come after them. So checks wait for them, at most 5
 * seconds.
 */
const LONGEST_MS = 500;
const MOST_RENDERS = 4;
const LONGEST_ON_A_SLOW_PHONE_MS = 5000;

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

  /** Sends the held checks now, such as when other checks are sent too. */
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
      const ms = performance.now() - this.#newestAt;
      const isRendered = this.#renders - this.#rendersAtNewest > MOST_RENDERS * items.size;
      const isOld = ms >= (isRendered ? LONGEST_MS : LONGEST_ON_A_SLOW_PHONE_MS);
      if (turns >= QUIET_TURNS || isOld) this.flush();
      else this.#wait(items, this.#renders, turns);
    }, 0);
  }
}
