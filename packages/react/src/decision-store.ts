import { focusManager, notifyManager, type QueryClient, QueryObserver, type QueryState } from "@tanstack/react-query";

import { type AnswerQuery, queryHashOf } from "./decision-query.ts";

/** A decision on the screen is asked again this long before it is too old to be shown, in ms. */
const LEAD_MS = 10_000;
/** The longest a timer can be set for; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Where an answer stands in the cache, as react-query has it. */
export type DecisionState<Data> = QueryState<Data>;

/** One decision on the screen, whoever shows it. */
interface Observed {
  readonly hash: string;
  readonly listeners: Set<() => void>;
  /** Asks anew for what was removed from the cache. */
  readonly revive: () => void;
  readonly end: () => void;
}

/**
 * What hooks see of the cache. Each decision on the screen has one observer of
 * react-query, so that it is not collected, and is asked again on focus, on
 * reconnect and when it is invalidated. All that changes in one task is told in
 * one notification: the answers of a batch are one commit of React.
 */
export class DecisionStore {
  readonly #client: QueryClient;
  readonly #observed = new Map<string, Observed>();
  readonly #changed = new Set<ReadonlySet<() => void>>();
  readonly #removed = new Set<string>();
  /** Ends the watch for what is removed; `null` while nothing is observed. */
  #unwatch: (() => void) | null = null;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  /** Where a decision stands; `undefined` where nobody has asked for it. */
  read<Data>(query: AnswerQuery<Data>): DecisionState<Data> | undefined {
    return this.#client.getQueryCache().get<Data>(queryHashOf(this.#client, query))?.state;
  }

  /** Asks for a decision where it is not there or not fresh, and tells of each change until the returned function is called. */
  observe<Data>(query: AnswerQuery<Data>, maxAge: number, listener: () => void): () => void {
    this.#unwatch ??= this.#client.getQueryCache().subscribe((event) => {
      if (event.type === "removed") this.#reviveLater(event.query.queryHash);
    });
    // Hooks with other times have another observer of the same query.
    const hash = queryHashOf(this.#client, query);
    const key = JSON.stringify([hash, query.staleTime, query.gcTime, maxAge]);
    const observed = this.#observed.get(key) ?? this.#begin(query, hash, maxAge);
    this.#observed.set(key, observed);
    observed.listeners.add(listener);
    return () => {
      observed.listeners.delete(listener);
      if (observed.listeners.size > 0 || this.#observed.get(key) !== observed) return;
      this.#observed.delete(key);
      observed.end();
      if (this.#observed.size > 0) return;
      this.#unwatch?.();
      this.#unwatch = null;
    };
  }

  /** Asks for a decision where it is not there or not fresh. Settles once there is one, or an error in its place. */
  async ask<Data>(query: AnswerQuery<Data>): Promise<void> {
    await this.#client.prefetchQuery(query);
  }

  /** Asks again what is there. An answer that is under way is not waited for: it may be of before. */
  async refetch<Data>(query: AnswerQuery<Data>): Promise<void> {
    await this.#client.refetchQueries({ queryKey: query.queryKey, exact: true });
  }

  /** An observer holds on to a query that `queryClient.clear()` has removed, and would wait for it for ever. */
  #reviveLater(hash: string): void {
    this.#removed.add(hash);
    if (this.#removed.size > 1) return;
    // All at once, and not before a sign-out that comes with it.
    notifyManager.schedule(() => {
      const removed = [...this.#observed.values()].filter((observed) => this.#removed.has(observed.hash));
      this.#removed.clear();
      for (const { revive } of removed) revive();
    });
  }

  #begin<Data>(query: AnswerQuery<Data>, hash: string, maxAge: number): Observed {
    const observer = new QueryObserver(this.#client, query);
    const listeners = new Set<() => void>();
    const tell = (): void => this.#tell(listeners);
    const askAgain = (): void => {
      // Nobody looks: it is asked when the window comes back into view.
      if (focusManager.isFocused()) void observer.refetch({ cancelRefetch: false });
    };
    let timers: readonly (() => void)[] = [];
    let watchedAt = 0;
    const watch = (): void => {
      const at = this.read(query)?.dataUpdatedAt ?? 0;
      if (at === watchedAt) return;
      watchedAt = at;
      for (const cancel of timers) cancel();
      timers = [];
      if (at === 0) return;
      const left = at + maxAge - Date.now();
      timers = [timer(askAgain, left - Math.min(LEAD_MS, maxAge / 10)), timer(tell, left)];
    };
    const unsubscribe = observer.subscribe(() => {
      watch();
      tell();
    });
    watch();
    const revive = (): void => {
      observer.setOptions(query);
      tell();
    };
    const end = (): void => {
      unsubscribe();
      for (const cancel of timers) cancel();
    };
    return { hash, listeners, revive, end };
  }

  #tell(listeners: ReadonlySet<() => void>): void {
    this.#changed.add(listeners);
    if (this.#changed.size > 1) return;
    // As react-query tells its own observers: the app may have set how.
    notifyManager.schedule(() => {
      const changed = [...this.#changed];
      this.#changed.clear();
      for (const all of changed) for (const listener of all) listener();
    });
  }
}

function timer(task: () => void, ms: number): () => void {
  if (ms > LONGEST_TIMER_MS) return () => {};
  const id = setTimeout(task, Math.max(0, ms));
  return () => clearTimeout(id);
}
