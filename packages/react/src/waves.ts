/** How long an answer waits for the others that were asked for with it, in ms. */
const HOLD_MS = 100;

/** What was asked for in one task, and is shown in one commit. */
interface Wave<Item> {
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
export class Waves<Item> {
  readonly #show: (items: readonly Item[]) => void;
  readonly #waveOf = new Map<Item, Wave<Item>>();
  #newest: Wave<Item> | null = null;

  constructor(show: (items: readonly Item[]) => void) {
    this.#show = show;
  }

  /** It is being asked for. */
  begin(item: Item): void {
    if (this.#waveOf.has(item)) return;
    if (this.#newest === null) {
      this.#newest = { pending: 0, held: [], timer: undefined };
      queueMicrotask(() => (this.#newest = null));
    }
    this.#newest.pending += 1;
    this.#waveOf.set(item, this.#newest);
  }

  /** It is not, or no longer: shows it with what was held for it, or holds it too. */
  settle(item: Item): void {
    const wave = this.#waveOf.get(item);
    if (!wave) return this.#show([item]);
    this.#waveOf.delete(item);
    wave.pending -= 1;
    wave.held.push(item);
    const release = (): void => {
      clearTimeout(wave.timer);
      wave.timer = undefined;
      this.#show(wave.held.splice(0));
    };
    if (wave.pending === 0) release();
    else wave.timer ??= setTimeout(release, HOLD_MS);
  }
}
