import { type LiveEvent } from "@kinde-cerbos/core/internal";
import { type Budget } from "./budget.ts";
import { whenInView } from "./page-view.ts";

/** An event, with what tells it from others. */
export interface KeyedEvent extends LiveEvent {
  readonly key: string;
}

/** So many events wait at most. */
const MAX_WAITING = 100;

/** Events that wait for their delay, and for the user to see the page. They are done together, at the first's time. */
export class Pending {
  readonly #budget: Budget;
  readonly #signal: AbortSignal;
  readonly #run: (events: readonly KeyedEvent[]) => Promise<void> | void;
  #events: KeyedEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the first of them is due, in ms since the epoch. */
  #dueAt = Infinity;
  /** While those that are due wait for the user, or are being done. */
  #isDue = false;
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
    if (this.#events.length >= MAX_WAITING) this.#events = [merged(this.#events)];
    this.#events.push(event);
    this.#dueAt = Math.min(this.#dueAt, Date.now() + event.delayMs);
    if (!this.#isDue) this.#schedule(this.#dueAt);
  }

  /** Whether any are waiting or being done. */
  get isBusy(): boolean {
    return this.#busy !== null;
  }

  /** Resolves once none are waiting or being done. */
  async settled(): Promise<void> {
    await this.#busy?.promise;
  }

  #schedule(at: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#due(), at - Date.now());
  }

  async #due(): Promise<void> {
    this.#isDue = true;
    await whenInView(this.#signal);
    if (this.#signal.aborted) return;
    const waitMs = this.#budget.take();
    if (waitMs === 0) {
      this.#dueAt = Infinity;
      await this.#run(this.#events.splice(0));
    }
    this.#isDue = false;
    if (this.#signal.aborted || this.#events.length === 0) return this.#end();
    // Others have come meanwhile, with a delay of their own.
    this.#schedule(Math.max(this.#dueAt, Date.now() + waitMs));
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#events = [];
    this.#busy?.resolve();
    this.#busy = null;
  }
}

/** One event that says all that they say, and more. */
function merged(events: readonly KeyedEvent[]): KeyedEvent {
  const issuedUntil = Math.max(...events.map((event) => event.issuedUntil ?? -Infinity));
  return {
    outdated: "everything",
    delayMs: 0,
    key: `merged ${events.at(-1)?.key ?? ""}`,
    ...(issuedUntil > -Infinity && { issuedUntil }),
  };
}
