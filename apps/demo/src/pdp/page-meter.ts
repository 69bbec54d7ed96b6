import { type PolicyDecisionPoint } from "@kinde-cerbos/core";
import { type QueryCache } from "@tanstack/react-query";

/** The requests of the page since it was opened. */
export interface PageCost {
  /** Distinct checks on the page. */
  readonly checks: number;
  /** Checks whose decision was already in the cache. */
  readonly cacheHits: number;
  readonly requests: number;
  /** From the first request's start to the last one's end, in ms. */
  readonly milliseconds: number;
}

const NOTHING: PageCost = { checks: 0, cacheHits: 0, requests: 0, milliseconds: 0 };

/** Counts the checks and requests of a page from outside: at the PDP client and at the cache. */
export class PageMeter {
  #cost = NOTHING;
  #startedAt: number | null = null;
  readonly #seen = new Set<string>();
  readonly #listeners = new Set<() => void>();

  constructor(cache: QueryCache) {
    cache.subscribe((event) => {
      // A check that is on the page already shows when it is asked again.
      const isAsked = event.type === "updated" && event.action.type === "fetch";
      if (event.type !== "observerAdded" && !isAsked) return;
      const { queryHash, queryKey, state } = event.query;
      const [prefix, sessionId] = queryKey;
      if (prefix !== "kinde-cerbos" || sessionId === "" || this.#seen.has(queryHash)) return;
      this.#seen.add(queryHash);
      this.#add({ checks: 1, cacheHits: isAsked || state.data === undefined ? 0 : 1 });
    });
  }

  /** Begins a page: counts from zero. */
  startPage(): void {
    this.#seen.clear();
    this.#startedAt = null;
    this.#set(NOTHING);
  }

  /** The same PDP, counted. */
  watch(pdp: PolicyDecisionPoint): PolicyDecisionPoint {
    return {
      ...(pdp.planResources && { planResources: pdp.planResources.bind(pdp) }),
      checkResources: async (request, options) => {
        this.#startedAt ??= performance.now();
        const startedAt = this.#startedAt;
        this.#add({ requests: 1 });
        try {
          return await pdp.checkResources(request, options);
        } finally {
          if (this.#startedAt === startedAt) {
            this.#set({ ...this.#cost, milliseconds: performance.now() - startedAt });
          }
        }
      },
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly cost = (): PageCost => this.#cost;

  #add({ checks = 0, cacheHits = 0, requests = 0 }: Partial<PageCost>): void {
    this.#set({
      ...this.#cost,
      checks: this.#cost.checks + checks,
      cacheHits: this.#cost.cacheHits + cacheHits,
      requests: this.#cost.requests + requests,
    });
  }

  #set(cost: PageCost): void {
    this.#cost = cost;
    for (const listener of this.#listeners) listener();
  }
}
