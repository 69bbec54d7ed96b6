import { type AuthzError } from "../base/errors.ts";
import { aborted } from "../base/timing.ts";
import { type PreparedCheck } from "../check/check.ts";
import { type Decision, readAnswer, readDecision } from "../pdp/decision.ts";
import { authzErrorFromPdp, type PdpEntry } from "../pdp/pdp.ts";
import { type BatchLimits, planBatch, type PlannedRequest } from "./batch-plan.ts";
import { isBeyond, learnedLimits } from "./refusal.ts";
import { createSlots } from "./slots.ts";
import { Waiter } from "./waiter.ts";

/** Options for {@link Batcher}. */
export interface BatcherOptions {
  readonly limits: BatchLimits;
  /** Most requests in flight at a time. */
  readonly maxInFlight: number;
  /** Sends a request to the PDP. It may throw synchronously, and may ignore the signal. */
  readonly send: (entries: PdpEntry[], signal: AbortSignal) => Promise<unknown>;
  /** Runs a task in a later macrotask. */
  readonly schedule: (task: () => void) => void;
  /** Receives warnings for developers. */
  readonly warn: (message: string) => void;
}

/**
 * Collects the checks of one session and decides when to send them and which check gets which answer.
 *
 * Checks are collected until the next macrotask: React runs the effects of a commit in one task, so all checks of a
 * page exist by its end, and a fixed delay would only make the user wait.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #inSlot: ReturnType<typeof createSlots>;
  #limits: BatchLimits;
  /** All checks without an outcome, collected or in flight. */
  readonly #waiters = new Set<Waiter>();
  readonly #gathered: Waiter[] = [];
  #ended: AuthzError | undefined;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#inSlot = createSlots(options.maxInFlight);
  }

  /**
   * Sends a check with the next batch and reports its outcome once, possibly at once. Throws what `schedule` throws.
   */
  ask(check: PreparedCheck, tell: (outcome: Decision | AuthzError) => void, signal?: AbortSignal): void {
    if (this.#ended) return tell(this.#ended);
    if (signal?.aborted) return tell(aborted(signal));
    const waiter = new Waiter(
      check,
      (outcome) => {
        this.#waiters.delete(waiter);
        tell(outcome);
      },
      signal,
    );
    this.#waiters.add(waiter);
    if (this.#gathered.push(waiter) > 1) return;
    try {
      this.#options.schedule(() => this.#deliver(this.#gathered.splice(0)));
    } catch (error) {
      // It was not to be scheduled, so nothing is gathered.
      this.#gathered.length = 0;
      this.#waiters.delete(waiter);
      waiter.leave();
      throw error;
    }
  }

  /**
   * Ends the batcher: waiting checks fail with `reason`, requests in flight are aborted, and new checks are refused.
   */
  end(reason: AuthzError): void {
    this.#ended ??= reason;
    for (const waiter of this.#waiters) waiter.settle(this.#ended);
  }

  /** Sends checks in as few requests as the limits allow. */
  #deliver(waiters: readonly Waiter[]): void {
    // A check that was settled in the meantime, such as by an abort, is not sent.
    const staying = waiters.filter(({ isSettled }) => !isSettled);
    const checks = staying.map(({ check }) => check);
    for (const request of planBatch(checks, this.#limits)) {
      void this.#inSlot(() => this.#send(request, staying));
    }
  }

  /** Sends one request and settles each of its checks, or sends them again. Never rejects. */
  async #send({ entries, answers }: PlannedRequest, batch: readonly Waiter[]): Promise<void> {
    const waiting: Waiter[] = [];
    for (const { index, row } of answers) {
      const waiter = batch[index];
      if (waiter && !waiter.isSettled) {
        waiter.row = row;
        waiting.push(waiter);
      }
    }
    // While it waited for a slot, some of them may have left, and the limits have been learned.
    if (waiting.length < answers.length || isBeyond(entries, this.#limits)) {
      this.#deliver(waiting);
      return;
    }
    // Aborted when the last waiter leaves, and not before: the others still want the answer.
    const request = new AbortController();
    let isOver = false;
    let pending = waiting.length;
    for (const waiter of waiting) {
      waiter.onSettled = () => {
        pending -= 1;
        if (pending === 0 && !isOver) request.abort();
      };
    }
    try {
      const response = await this.#options.send([...entries], request.signal);
      isOver = true;
      const { callId, rows } = readAnswer(response, entries);
      for (const waiter of waiting) {
        waiter.settle(outcomeOf(() => readDecision(waiter.check, rows[waiter.row], callId)));
      }
    } catch (error) {
      isOver = true;
      this.#recover(authzErrorFromPdp(error), entries, waiting);
    }
  }

  /** Sends the checks of a refused request again, in smaller requests, and fails a check that stands alone. */
  #recover(error: AuthzError, entries: readonly PdpEntry[], waiting: readonly Waiter[]): void {
    if (error.code === "check_refused") {
      this.#limits = learnedLimits(error, entries, this.#limits, this.#options.warn);
      // Cerbos refuses a request for one bad entry: in halves, until the bad ones stand alone.
      const isFirst = isBeyond(entries, this.#limits) ? () => true : firstHalf(entries);
      if (isFirst) {
        this.#deliver(waiting.filter(isFirst));
        this.#deliver(waiting.filter((waiter) => !isFirst(waiter)));
        return;
      }
    }
    for (const waiter of waiting) waiter.settle(error);
  }
}

function outcomeOf(read: () => Decision): Decision | AuthzError {
  try {
    return read();
  } catch (error) {
    return authzErrorFromPdp(error);
  }
}

/** Splits a refused request: tells whether a check is in its first half. `undefined` if it has only one check. */
function firstHalf(entries: readonly PdpEntry[]): ((waiter: Waiter) => boolean) | undefined {
  if (entries.length > 1) return ({ row }) => row < entries.length / 2;
  const actions = entries[0]?.actions ?? [];
  const first = new Set(actions.slice(0, actions.length / 2));
  return first.size > 0 ? ({ check }) => first.has(check.action) : undefined;
}
