import { type AnyAnswer } from "./answer.ts";
import { type DecisionStore } from "./decision-store.ts";
import { Suspended } from "./suspended-checks.ts";

/**
 * How long an answer is still observed after its wait, in ms: until React has rendered the component that shows it. On a
 * slow phone, that takes more than a second.
 */
const LINGER_MS = 5000;

const waitsIn = /* @__PURE__ */ new WeakMap<DecisionStore, SuspenseWaits>();

/**
 * The waits of components that suspend, for a store. In a file of its own, because most apps have no such components.
 */
export function waitsOf(store: DecisionStore): SuspenseWaits {
  const waits = waitsIn.get(store) ?? new SuspenseWaits(store);
  waitsIn.set(store, waits);
  return (store.waits = waits);
}

class SuspenseWaits {
  readonly #store: DecisionStore;
  readonly #suspended = new Suspended<AnyAnswer>((answers) => {
    // Not for a session that has ended in the meantime.
    for (const answer of answers) if (answer.listeners.size > 0) answer.fetch();
  });
  readonly #waits = new Map<AnyAnswer, Promise<void>>();
  /**
   * Functions that end the waits of a session, by the promise that says the session is over. Each promise has one
   * listener.
   */
  readonly #ends = new WeakMap<Promise<unknown>, Set<() => void>>();
  /** Answers that components wait or have waited for, by the function that ends the watch. */
  readonly #watches = new Map<() => void, AnyAnswer>();

  constructor(store: DecisionStore) {
    this.#store = store;
  }

  /**
   * For a component that suspends: resolves once it should render again. The answer is fetched with all others that
   * suspend meanwhile. One that `hideDecisions` has hidden is waited for.
   *
   * @param over settles when the session is over, which ends the wait
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
    // A component that still needs the answer requests it again. After a sign-out, there may be none.
    for (const [end, answer] of this.#watches) if (!answer.isThere) end();
  }
}
