import { type LiveEvent } from "@kinde-cerbos/core/internal";
import { type Budget } from "./budget.ts";
import { whenInView } from "./page-view.ts";

/** An event with a key that identifies it. */
export interface KeyedEvent extends LiveEvent {
  readonly key: string;
}

/** Most events that wait at a time. */
const MAX_WAITING = 100;

/**
 * Events that wait for their delay, and for the page to be in view. They run together, at the time of the first one.
 */
export class Pending {
  readonly #budget: Budget;
  readonly #signal: AbortSignal;
  readonly #run: (events: readonly KeyedEvent[]) => Promise<void> | void;
  #events: KeyedEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the first event is due, in ms since the epoch. */
  #dueAt = Infinity;
  /** Whether due events wait for the page to be in view, or are running. */
  #isDue = false;
  /** Resolves when all events are done; `null` if there are none. */
  #busy: PromiseWithResolvers<void> | null = null;

  /**
   * @param signal - Drops all waiting events
   * @param run - Runs events, one call at a time
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

  /** Whether any events are waiting or running. */
  get isBusy(): boolean {
    return this.#busy !== null;
  }

  /** Resolves when no events are waiting or running. */
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
    // More events have arrived, with delays of their own.
    this.#schedule(Math.max(this.#dueAt, Date.now() + waitMs));
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#events = [];
    this.#busy?.resolve();
    this.#busy = null;
  }
}

/** One event in place of all these. It outdates everything. */
function merged(events: readonly KeyedEvent[]): KeyedEvent {
  const issuedUntil = Math.max(...events.map((event) => event.issuedUntil ?? -Infinity));
  return {
    outdated: "everything",
    delayMs: 0,
    key: `merged ${events.at(-1)?.key ?? ""}`,
    ...(issuedUntil > -Infinity && { issuedUntil }),
  };
}
