import { type AnyAnswer } from "./answer.ts";
import { type DecisionStore } from "./decision-store.ts";
import { Suspended } from "./suspended-checks.ts";

/**
 * How long an answer that was waited for stays on the screen, in ms: until React has rendered the component that
 * shows it from then on.
 */
const LINGER_MS = 1000;

const waitsIn = /* @__PURE__ */ new WeakMap<DecisionStore, SuspenseWaits>();

/** What components that suspend wait for, in a store. Apart from it, as most apps have none that suspend. */
export function waitsOf(store: DecisionStore): SuspenseWaits {
  const waits = waitsIn.get(store) ?? new SuspenseWaits(store);
  waitsIn.set(store, waits);
  return (store.waits = waits);
}

class SuspenseWaits {
  readonly #store: DecisionStore;
  readonly #suspended = new Suspended<AnyAnswer>((answers) => {
    // Not for a session that has gone meanwhile.
    for (const answer of answers) if (answer.listeners.size > 0) answer.fetch();
  });
  readonly #waits = new Map<AnyAnswer, Promise<void>>();
  /** What ends the waits of a session, by what tells that it is over: it is listened to once, however many wait. */
  readonly #ends = new WeakMap<Promise<unknown>, Set<() => void>>();
  /** What ends the watch of answers that components have waited for. */
  readonly #watches = new Map<() => void, AnyAnswer>();

  constructor(store: DecisionStore) {
    this.#store = store;
  }

  /**
   * For a component that suspends: resolves once it should render again. The answer is fetched with all others that
   * suspend meanwhile. One that `hideDecisions` has hidden is waited for.
   *
   * @param over settles when the session is over, and nothing is to be waited for
   */
  waitFor(answer: AnyAnswer, over: Promise<unknown>): Promise<void> {
    let wait = this.#waits.get(answer);
    if (wait) return wait;
    const isShown = answer.listeners.size > 0;
    const ends = this.#endsOf(over);
    wait = new Promise((resolve) => {
      const render = (): void => {
        if (this.#waits.delete(answer)) setTimeout(end, LINGER_MS);
        resolve();
      };
      const stop = answer.watch(() => {
        if (!answer.isUnderWay && !answer.isHidden) render();
      });
      const end = (): void => {
        render();
        this.#watches.delete(end);
        ends.delete(end);
        stop();
      };
      this.#watches.set(end, answer);
      ends.add(end);
    });
    this.#waits.set(answer, wait);
    if (!(isShown && answer.isHidden)) this.#suspended.add(answer);
    if (this.#store.isAsking) this.#suspended.flush();
    return wait;
  }

  onRender(): void {
    this.#suspended.onRender();
  }

  mayFetch(answer: AnyAnswer): boolean {
    this.#suspended.flush();
    // A component that has waited for it may have been told to wait again before it has mounted.
    return !(answer.isHidden && [...this.#watches.values()].includes(answer));
  }

  #endsOf(over: Promise<unknown>): Set<() => void> {
    const known = this.#ends.get(over);
    if (known) return known;
    const ends = new Set<() => void>();
    this.#ends.set(over, ends);
    void over.then(() => ends.forEach((end) => end()));
    return ends;
  }

  onRemoved(): void {
    // Whoever still wants it asks again. Nobody may: a user who signs out may not have seen it yet.
    for (const [end, answer] of this.#watches) if (!answer.isThere) end();
  }
}
