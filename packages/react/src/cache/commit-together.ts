/** How long an answer waits for the others that were asked for with it, in ms. */
const HOLD_MS = 100;

/** What was asked for in one task, and is shown in one commit. */
interface Group<Item> {
  /** How many of it have no answer yet. */
  pending: number;
  /** Answered, and held until the others are. */
  readonly held: Item[];
  timer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * Holds the first answers to a page of checks for the last: they come in several
 * requests, and each would be a commit of React and a page that changes under
 * the eye. None is held longer than 100 ms.
 */
export class CommitTogether<Item> {
  readonly #show: (items: readonly Item[]) => void;
  readonly #groupOf = new Map<Item, Group<Item>>();
  #newest: Group<Item> | null = null;

  constructor(show: (items: readonly Item[]) => void) {
    this.#show = show;
  }

  /** It is being asked for. */
  begin(item: Item): void {
    if (this.#groupOf.has(item)) return;
    if (this.#newest === null) {
      this.#newest = { pending: 0, held: [], timer: undefined };
      queueMicrotask(() => (this.#newest = null));
    }
    this.#newest.pending += 1;
    this.#groupOf.set(item, this.#newest);
  }

  /** It is not, or no longer: shows it with what was held for it, or holds it too. */
  settle(item: Item): void {
    const group = this.#groupOf.get(item);
    if (!group) return this.#show([item]);
    this.#groupOf.delete(item);
    group.pending -= 1;
    group.held.push(item);
    const release = (): void => {
      clearTimeout(group.timer);
      group.timer = undefined;
      this.#show(group.held.splice(0));
    };
    if (group.pending === 0) release();
    else group.timer ??= setTimeout(release, HOLD_MS);
  }
}
