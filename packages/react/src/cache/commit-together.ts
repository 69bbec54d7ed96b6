/** How long an answer waits for the others that were asked for with it, in ms; and a fetch to be called slow. */
const HOLD_MS = 100;

/** What was asked for in one task, and is shown in one commit. */
interface Group<Item> {
  /** Those of it that have no answer yet. */
  readonly pending: Set<Item>;
  /** Answered, and held until the others are. */
  readonly held: Item[];
  holdTimer?: ReturnType<typeof setTimeout> | undefined;
  slowTimer?: ReturnType<typeof setTimeout> | undefined;
}

/** What {@link CommitTogether} tells of. */
interface Tell<Item> {
  /** To be shown now. */
  readonly show: (items: readonly Item[]) => void;
  /** Still without an answer after 100 ms. */
  readonly slow: (items: ReadonlySet<Item>) => void;
}

/**
 * Holds the first answers to a page of checks for the last: they come in several
 * requests, and each would be a commit of React and a page that changes under
 * the eye. None is held longer than 100 ms.
 */
export class CommitTogether<Item> {
  readonly #tell: Tell<Item>;
  readonly #groupOf = new Map<Item, Group<Item>>();
  #newest: Group<Item> | null = null;

  constructor(tell: Tell<Item>) {
    this.#tell = tell;
  }

  /** It is being asked for. @param isTimed whether to tell when it takes long */
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

  /** It is not, or no longer: shows it with what was held for it, or holds it too. */
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
