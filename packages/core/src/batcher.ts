import { type BatchLimits, planBatch, type PlannedRequest } from "./batch-plan.ts";
import { type PreparedCheck } from "./check.ts";
import { type Decision, readAnswer, readDecision } from "./decision.ts";
import { AuthzError } from "./errors.ts";
import { authzErrorFromPdp, type PdpEntry } from "./pdp.ts";
import { Waiter } from "./waiter.ts";

/** What a batcher needs of its surroundings. */
export interface BatcherOptions extends BatchLimits {
  /** Asks the PDP. May throw at once, and may ignore the signal. */
  readonly send: (entries: PdpEntry[], signal: AbortSignal) => Promise<unknown>;
  /** Runs a task in a later macrotask. */
  readonly schedule: (task: () => void) => void;
  /** A request without an answer fails after this long, in ms. */
  readonly timeoutMs: number;
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
  /** All that wait, gathered or in flight. */
  readonly #waiters = new Set<Waiter>();
  #gathered: Waiter[] = [];
  #ended: AuthzError | null = null;

  constructor(options: BatcherOptions) {
    this.#options = options;
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
    // Who has left in the meantime is not asked for.
    const waiters = this.#gathered.filter(({ isSettled }) => !isSettled);
    this.#gathered = [];
    const checks = waiters.map(({ check }) => check);
    for (const request of planBatch(checks, this.#options)) void this.#send(request, waiters);
  }

  /** Sends one request and settles each of its waiters; never rejects. */
  async #send({ entries, answers }: PlannedRequest, batch: readonly Waiter[]): Promise<void> {
    const waiting = answers.flatMap(({ index, row }) => {
      const waiter = batch[index];
      return waiter ? [{ waiter, row }] : [];
    });
    const failAll = (error: AuthzError): void => waiting.forEach(({ waiter }) => waiter.fail(error));

    const { timeoutMs } = this.#options;
    const timer = setTimeout(() => failAll(timedOut(timeoutMs)), timeoutMs);
    // Aborted when the last waiter leaves, and not before: the others still want the answer.
    const request = new AbortController();
    let isOver = false;
    let pending = waiting.length;
    for (const { waiter } of waiting) {
      waiter.onSettled(() => {
        pending -= 1;
        if (pending > 0) return;
        clearTimeout(timer);
        if (!isOver) request.abort();
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
      failAll(authzErrorFromPdp(error));
    }
  }
}

function timedOut(timeoutMs: number): AuthzError {
  return new AuthzError(
    "timeout",
    `The PDP gave no answer within ${timeoutMs} ms. If it needs longer, raise timeoutMs.`,
  );
}
