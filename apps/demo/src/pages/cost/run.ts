import { type RecordedRequest, type Recording, recordRequests } from "./recorded-requests.ts";

/** How the checks of a page are sent: each by itself, or together by the library. */
export type RunKind = "single" | "batched";

/** The figures of a run so far. */
export interface Figures {
  /** Checks whose answer is shown. */
  readonly shown: number;
  /** Of these, how many have failed. */
  readonly failed: number;
  readonly requests: number;
  /** From the start until the last answer was shown, ms; `null` until then. */
  readonly ms: number | null;
  /** `null` until the run is over. */
  readonly timings: readonly RecordedRequest[] | null;
}

/** The answer that a cell of the page shows. */
export type CellAnswer = "allowed" | "denied" | "error";

/** The page of checks, shown once, and its figures. */
export class Run {
  readonly kind: RunKind;
  readonly size: number;
  /** Unique, so that this run reuses nothing of an earlier one. */
  readonly id = crypto.randomUUID().slice(0, 8);
  /** When it began, in the browser's time. */
  readonly startedAt: number;
  /** Resolves when it is over. */
  readonly over: Promise<void>;
  #end: () => void = () => {};
  #figures: Figures = { shown: 0, failed: 0, requests: 0, ms: null, timings: null };
  readonly #recording: Recording;
  readonly #listeners = new Set<() => void>();
  #isFrameDue = false;

  constructor(kind: RunKind, size: number, path: string) {
    this.kind = kind;
    this.size = size;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#recording = recordRequests(path, () => this.#set({ requests: this.#figures.requests + 1 }));
    this.startedAt = performance.now();
  }

  /** Each cell says once that its answer is on the page. */
  readonly show = (answer: CellAnswer): void => {
    const shown = this.#figures.shown + 1;
    this.#set({ shown, failed: this.#figures.failed + (answer === "error" ? 1 : 0) });
    if (shown === this.size) void this.#finish(performance.now() - this.startedAt);
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly figures = (): Figures => this.#figures;

  /** Stops early, because the page or the user has gone. */
  async stop(): Promise<void> {
    await this.#recording.stop();
  }

  async #finish(ms: number): Promise<void> {
    this.#set({ ms });
    this.#set({ timings: await this.#recording.stop() });
    this.#end();
  }

  /** Tells at most once a frame: to count must not take the time that is counted. */
  #set(figures: Partial<Figures>): void {
    this.#figures = { ...this.#figures, ...figures };
    if (this.#isFrameDue) return;
    this.#isFrameDue = true;
    requestAnimationFrame(() => {
      this.#isFrameDue = false;
      for (const listener of this.#listeners) listener();
    });
  }
}
