import { type PdpPlanRequest, type PdpRequest, type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { readEntries, type SentEntry } from "@kinde-cerbos/devtools/internal";

/** How many requests are kept. */
const MAX_REQUESTS = 30;

/** A request to Cerbos, as it has left. The token is never kept. */
export interface SentRequest {
  readonly id: number;
  readonly what: "check" | "plan";
  /** In ms since the epoch. */
  readonly startedAt: number;
  /** How long it took, in ms; `null` as long as there is no answer. */
  readonly milliseconds: number | null;
  /** The request, without the token. */
  readonly body: Omit<PdpRequest, "auxData"> | Omit<PdpPlanRequest, "auxData">;
  /** The resources that were sent, each with its checks, in their order. None of a plan. */
  readonly entries: readonly SentEntry[];
  /** Whether there is no usable answer. */
  readonly hasFailed: boolean;
}

/** Keeps the last requests of a session. */
export class RequestLog {
  #requests: readonly SentRequest[] = [];
  #lastId = 0;
  readonly #listeners = new Set<() => void>();

  /** The newest first: the same array until something has changed. */
  readonly requests = (): readonly SentRequest[] => this.#requests;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Forgets all, as at the end of a session: what was sent in one is not shown in another. */
  readonly clear = (): void => this.#set([]);

  /** The same PDP, whose requests are kept. */
  watch(pdp: PolicyDecisionPoint): PolicyDecisionPoint {
    return {
      checkResources: (request, options) =>
        this.#keep("check", request, async () => pdp.checkResources(request, options)),
      planResources: (request, options) =>
        this.#keep("plan", request, async () => pdp.planResources?.(request, options)),
    };
  }

  async #keep(
    what: SentRequest["what"],
    request: PdpRequest | PdpPlanRequest,
    send: () => Promise<unknown>,
  ): Promise<unknown> {
    const { auxData: _, ...body } = request;
    const startedAt = Date.now();
    const entries = entriesOf(body, undefined);
    const id = (this.#lastId += 1);
    const sent: SentRequest = { id, what, startedAt, milliseconds: null, body, entries, hasFailed: false };
    this.#set([sent, ...this.#requests].slice(0, MAX_REQUESTS));
    const end = (outcome: Partial<SentRequest>): void => {
      const ended = { ...sent, milliseconds: Date.now() - startedAt, ...outcome };
      this.#set(this.#requests.map((one) => (one.id === id ? ended : one)));
    };
    try {
      const answer = await send();
      end({ entries: entriesOf(body, answer) });
      return answer;
    } catch (error) {
      end({ hasFailed: true });
      throw error;
    }
  }

  #set(requests: readonly SentRequest[]): void {
    this.#requests = requests;
    for (const listener of this.#listeners) listener();
  }
}

/** The resources of a request with the answers to their checks. */
function entriesOf(body: SentRequest["body"], answer: unknown): readonly SentEntry[] {
  return "resources" in body ? readEntries(body.resources, answer) : [];
}
