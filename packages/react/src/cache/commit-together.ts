/** How long an answer waits for the other checks of its task, and after how long a fetch is slow, in ms. */
const HOLD_MS = 100;

/** The items that were requested in one task. They are shown in one commit. */
interface Group<Item> {
  /** The items without an answer. */
  readonly pending: Set<Item>;
  /** The answered items, held until the others are answered. */
  readonly held: Item[];
  holdTimer?: ReturnType<typeof setTimeout> | undefined;
  slowTimer?: ReturnType<typeof setTimeout> | undefined;
}

/** The callbacks of {@link CommitTogether}. */
interface Tell<Item> {
  /** Shows these items now. */
  readonly show: (items: readonly Item[]) => void;
  /** These items still have no answer after 100 ms. */
  readonly slow: (items: ReadonlySet<Item>) => void;
}

/**
 * Holds the first answers to a page's checks until the last one arrives. They come in several requests, and showing
 * each one at once would be several commits of React, and a page that keeps changing. No answer is held longer than 100
 * ms.
 */
export class CommitTogether<Item> {
  readonly #tell: Tell<Item>;
  readonly #groupOf = new Map<Item, Group<Item>>();
  #newest: Group<Item> | null = null;

  constructor(tell: Tell<Item>) {
    this.#tell = tell;
  }

  /** A request for the item begins. @param isTimed whether to call `slow` if it takes long */
  begin(item: Item, isTimed: boolean): void {
    if (this.#groupOf.has(item)) return;
    if (this.#newest === null) {
      this.#newest = { pending: new Set(), held: [] };
      queueMicrotask(() => (this.#newest = null));
    }
    const group = this.#newest;
    group.pending.add(item);
    this.#groupOf.set(item, group);
    if (isTimed) group.slowTimer ??= setTimeout(() => this.#tell.slow(group.pending), HOLD_MS);
  }

  /** The request is over, or there is none: shows the item with the held ones, or holds it too. */
  settle(item: Item): void {
    const group = this.#groupOf.get(item);
    if (!group) return this.#tell.show([item]);
    this.#groupOf.delete(item);
    group.pending.delete(item);
    group.held.push(item);
    const release = (): void => {
      clearTimeout(group.holdTimer);
      group.holdTimer = undefined;
      this.#tell.show(group.held.splice(0));
    };
    if (group.pending.size > 0) return void (group.holdTimer ??= setTimeout(release, HOLD_MS));
    clearTimeout(group.slowTimer);
    release();
  }
}
