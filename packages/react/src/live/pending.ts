import { type LiveEvent } from "@kinde-cerbos/core/internal";
import { type Budget } from "./budget.ts";
import { whenInView } from "./page-view.ts";

/** An event, with what tells it from others. */
export interface KeyedEvent extends LiveEvent {
  readonly key: string;
}

/** Events that wait for their delay, and for the user to see the page. They are done together, at the first's time. */
export class Pending {
  readonly #budget: Budget;
  readonly #signal: AbortSignal;
  readonly #run: (events: readonly KeyedEvent[]) => Promise<void> | void;
  #events: KeyedEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** In ms since the epoch; in the past while they are being done. */
  #dueAt = Infinity;
  /** While there are any. */
  #busy: PromiseWithResolvers<void> | null = null;

  /**
   * @param signal - Gives up all that wait
   * @param run - Does them, one call at a time
   */
  constructor(budget: Budget, signal: AbortSignal, run: (events: readonly KeyedEvent[]) => Promise<void> | void) {
    this.#budget = budget;
    this.#signal = signal;
    this.#run = run;
    signal.addEventListener("abort", () => this.#end());
  }

  add(event: KeyedEvent): void {
    if (this.#signal.aborted) return;
    this.#busy ??= Promise.withResolvers();
    this.#events.push(event);
    this.#schedule(event.delayMs);
  }

  /** Resolves once none are waiting or being done. */
  async settled(): Promise<void> {
    await this.#busy?.promise;
  }

  #schedule(ms: number): void {
    const at = Date.now() + ms;
    if (at >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = setTimeout(() => void this.#due(), ms);
  }

  async #due(): Promise<void> {
    await whenInView(this.#signal);
    if (this.#signal.aborted) return;
    const waitMs = this.#budget.take();
    if (waitMs === 0) await this.#run(this.#events.splice(0));
    this.#dueAt = Infinity;
    if (this.#signal.aborted || this.#events.length === 0) return this.#end();
    // Others have come meanwhile.
    this.#schedule(waitMs);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#events = [];
    this.#busy?.resolve();
    this.#busy = null;
  }
}
