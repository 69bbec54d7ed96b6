import { type InspectedProvider, KEY_PREFIX } from "@kinde-cerbos/react/internal";
import { type Query, type QueryCache } from "@tanstack/react-query";

/** The largest number of counts to keep. */
const MAX_COUNTS = 1000;

/** Counts cache hits: checks by components for which no request was sent. */
export class CacheHits {
  #providers: readonly InspectedProvider[] = [];
  readonly #ends = new Map<QueryCache, () => void>();
  readonly #lastRequests = new Map<number, number>();
  readonly #counts = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  /** Calls `listener` after each hit. Returns a function that unsubscribes. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Watches the caches of these providers, and stops watching all others. */
  watch(providers: readonly InspectedProvider[]): void {
    this.#providers = providers;
    const caches = new Set(providers.map(({ queryClient }) => queryClient.getQueryCache()));
    for (const [cache, end] of this.#ends) {
      if (caches.has(cache)) continue;
      end();
      this.#ends.delete(cache);
    }
    for (const cache of caches) {
      if (this.#ends.has(cache)) continue;
      // StrictMode mounts each component twice. An observer that is added to the same query again is not a new hit.
      const shown = new WeakMap<object, Query>();
      const end = cache.subscribe((event) => {
        if (event.type !== "observerAdded" || shown.get(event.observer) === event.query) return;
        shown.set(event.observer, event.query);
        if (event.query.state.data !== undefined) this.#count(event.query.queryKey, cache);
      });
      this.#ends.set(cache, end);
    }
  }

  /** Counts the following hits of a provider for this request. */
  begin(providerId: number, requestId: number): void {
    this.#lastRequests.set(providerId, requestId);
  }

  /**
   * Returns the hits of a provider between this request and the next one; with `null`, those before its first request.
   */
  after(providerId: number, requestId: number | null): number {
    return this.#counts.get(placeOf(providerId, requestId)) ?? 0;
  }

  /** Removes all counts. */
  clear(): void {
    this.#counts.clear();
    this.#lastRequests.clear();
  }

  #count([prefix, sessionId, , , , , , pdpName]: readonly unknown[], cache: QueryCache): void {
    if (prefix !== KEY_PREFIX) return;
    for (const { id, session, pdpName: ownName, queryClient } of this.#providers) {
      if (session.id !== sessionId || ownName !== pdpName || queryClient.getQueryCache() !== cache) continue;
      const place = placeOf(id, this.#lastRequests.get(id) ?? null);
      this.#counts.set(place, (this.#counts.get(place) ?? 0) + 1);
    }
    for (const place of this.#counts.keys()) {
      if (this.#counts.size <= MAX_COUNTS) break;
      this.#counts.delete(place);
    }
    for (const listener of this.#listeners) listener();
  }
}

function placeOf(providerId: number, requestId: number | null): string {
  return `${providerId} ${requestId}`;
}
