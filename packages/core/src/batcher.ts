import { type BatchLimits, planBatch, type PlannedRequest } from "./batch-plan.ts";
import { type PreparedCheck } from "./check.ts";
import { type Decision, readAnswer, readDecision } from "./decision.ts";
import { type AuthzError } from "./errors.ts";
import { authzErrorFromPdp, type PdpEntry } from "./pdp.ts";
import { isBeyond, learnedLimits, limitWarning } from "./refusal.ts";
import { Slots } from "./slots.ts";
import { Waiter } from "./waiter.ts";

/** What a batcher needs of its surroundings. */
export interface BatcherOptions {
  readonly limits: BatchLimits;
  /** Requests at a time. */
  readonly maxInFlight: number;
  /** Asks the PDP. May throw at once, and may ignore the signal. */
  readonly send: (entries: PdpEntry[], signal: AbortSignal) => Promise<unknown>;
  /** Runs a task in a later macrotask. */
  readonly schedule: (task: () => void) => void;
  /** Gets what whoever runs the app should know. */
  readonly warn: (message: string) => void;
}

/**
 * Gathers the checks of one session and decides when they leave and who waits.
 *
 * Checks are gathered until the next macrotask and no longer: React runs the
 * effects of a commit in one task, so all checks of a page are there by its end,
 * and a fixed window would only make the user wait.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #slots: Slots;
  #limits: BatchLimits;
  /** All that wait, gathered or in flight. */
  readonly #waiters = new Set<Waiter>();
  #gathered: Waiter[] = [];
  #ended: AuthzError | null = null;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#slots = new Slots(options.maxInFlight);
  }

  /** Asks one check with the next batch. Rejects with an AuthzError and nothing else. */
  async ask(check: PreparedCheck, signal?: AbortSignal): Promise<Decision> {
    if (this.#ended) throw this.#ended;
    const waiter = new Waiter(check, signal);
    this.#waiters.add(waiter);
    if (this.#gathered.push(waiter) === 1) this.#options.schedule(() => this.#flush());
    try {
      return await waiter.outcome;
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  /** Ends all: what waits is rejected with `reason`, what is in flight aborted, what comes refused. */
  end(reason: AuthzError): void {
    this.#ended ??= reason;
    for (const waiter of this.#waiters) waiter.fail(reason);
  }

  #flush(): void {
    const gathered = this.#gathered;
    this.#gathered = [];
    this.#deliver(gathered);
  }

  /** Sends what is asked for in as few requests as the limits allow. */
  #deliver(waiters: readonly Waiter[]): void {
    // Who has left in the meantime is not asked for.
    const staying = waiters.filter(({ isSettled }) => !isSettled);
    const checks = staying.map(({ check }) => check);
    for (const request of planBatch(checks, this.#limits)) {
      void this.#slots.run(() => this.#send(request, staying));
    }
  }

  /** Sends one request and settles each of its waiters, or delivers them anew; never rejects. */
  async #send({ entries, answers }: PlannedRequest, batch: readonly Waiter[]): Promise<void> {
    const waiting = answers.flatMap(({ index, row }) => {
      const waiter = batch[index];
      return waiter && !waiter.isSettled ? [{ waiter, row }] : [];
    });
    // While it waited for a slot, some of them may have left, and the limits have been learned.
    if (waiting.length < answers.length || isBeyond(entries, this.#limits)) {
      this.#deliver(waiting.map(({ waiter }) => waiter));
      return;
    }
    // Aborted when the last waiter leaves, and not before: the others still want the answer.
    const request = new AbortController();
    let isOver = false;
    let pending = waiting.length;
    for (const { waiter } of waiting) {
      waiter.onSettled(() => {
        pending -= 1;
        if (pending === 0 && !isOver) request.abort();
      });
    }
    try {
      const response = await this.#options.send([...entries], request.signal);
      isOver = true;
      const { callId, rows } = readAnswer(response, entries);
      for (const { waiter, row } of waiting) {
        waiter.settleWith((check) => readDecision(check, rows[row], callId));
      }
    } catch (error) {
      isOver = true;
      this.#recover(authzErrorFromPdp(error), entries, waiting);
    }
  }

  /** Asks again what the PDP did not take as it was; fails what it never will. */
  #recover(
    error: AuthzError,
    entries: readonly PdpEntry[],
    waiting: readonly { readonly waiter: Waiter; readonly row: number }[],
  ): void {
    const waiters = waiting.map(({ waiter }) => waiter);
    const isRefused = error.code === "check_refused";
    const limits = isRefused && learnedLimits(error, entries, this.#limits);
    if (limits) {
      this.#options.warn(limitWarning(this.#limits, limits));
      this.#limits = limits;
    }
    if (isRefused && isBeyond(entries, this.#limits)) {
      this.#deliver(waiters);
      return;
    }
    const isFirst = isRefused && firstHalf(entries);
    if (!isFirst) {
      for (const waiter of waiters) waiter.fail(error);
      return;
    }
    // Cerbos refuses a request for one bad entry: in halves, until the bad ones stand alone.
    this.#deliver(waiting.filter(({ waiter, row }) => isFirst(waiter, row)).map(({ waiter }) => waiter));
    this.#deliver(waiting.filter(({ waiter, row }) => !isFirst(waiter, row)).map(({ waiter }) => waiter));
  }
}

/** Tells the first half of a request from the second; `null` where there is but one check. */
function firstHalf(entries: readonly PdpEntry[]): ((waiter: Waiter, row: number) => boolean) | null {
  const [entry] = entries;
  if (entries.length > 1) return (_, row) => row < entries.length / 2;
  if (!entry || entry.actions.length < 2) return null;
  const actions = new Set(entry.actions.slice(0, entry.actions.length / 2));
  return ({ check }) => actions.has(check.action);
}
