import { focusManager, notifyManager, type QueryClient, QueryObserver, type QueryState } from "@tanstack/react-query";

import { askAnew } from "./ask-anew.ts";
import { atTime } from "./at-time.ts";
import { type AnswerQuery, queryHashOf } from "./decision-query.ts";
import { isUsable, usableOnly } from "./is-usable.ts";

/** A decision on the screen is asked again this long before it is too old to be shown, in ms. */
const LEAD_MS = 10_000;

/** Where an answer stands in the cache, as react-query has it. */
export type DecisionState<Data> = QueryState<Data>;

/** One decision on the screen, whoever shows it. */
interface Observed {
  readonly listeners: Set<() => void>;
  readonly hash: string;
  /** Asks again where it is not fresh, for another one that shows it, or not there, where it was removed from the cache. */
  readonly refresh: () => void;
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
    const hash = queryHashOf(this.#client, query);
    // Hooks with other times have another observer of the same query.
    const key = JSON.stringify([hash, query.staleTime, query.gcTime, maxAge]);
    const known = this.#observed.get(key);
    known?.refresh();
    const observed = known ?? this.#begin(query, hash, maxAge);
    this.#observed.set(key, observed);
    observed.listeners.add(listener);
    const leave = (): void => {
      if (observed.listeners.size > 0 || this.#observed.get(key) !== observed) return;
      this.#observed.delete(key);
      observed.end();
      if (this.#observed.size > 0) return;
      this.#unwatch?.();
      this.#unwatch = null;
    };
    return () => {
      observed.listeners.delete(listener);
      // What takes over, such as a longer list with this check in it, comes later in the same task
      // than what goes: a request that both want must not be aborted in between.
      if (this.read(query)?.fetchStatus === "fetching") queueMicrotask(leave);
      else leave();
    };
  }

  /** Asks for a decision where it is not there or not fresh. Settles once there is one, or an error in its place. */
  async ask<Data>(query: AnswerQuery<Data>): Promise<void> {
    await this.#client.prefetchQuery(usableOnly(query));
  }

  /** Asks again what is there. An answer that is under way is not waited for: it may be of before. */
  async refetch<Data>(query: AnswerQuery<Data>): Promise<void> {
    const found = this.#client.getQueryCache().get(queryHashOf(this.#client, query));
    if (found) await askAnew(found);
  }

  /** An observer holds on to a query that `queryClient.clear()` has removed, and would wait for it for ever. */
  #reviveLater(hash: string): void {
    this.#removed.add(hash);
    if (this.#removed.size > 1) return;
    // All at once, and not before a sign-out that comes with it.
    notifyManager.schedule(() => {
      const removed = [...this.#observed.values()].filter((observed) => this.#removed.has(observed.hash));
      this.#removed.clear();
      for (const { refresh } of removed) refresh();
    });
  }

  #begin<Data>(query: AnswerQuery<Data>, hash: string, maxAge: number): Observed {
    const options = usableOnly(query);
    const observer = new QueryObserver(this.#client, options);
    const listeners = new Set<() => void>();
    const tell = (): void => this.#tell(listeners);
    let stops: (() => void)[] = [];
    const askAgain = (): void => {
      if (focusManager.isFocused()) void observer.refetch({ cancelRefetch: false });
    };
    const askWhenInView = (): void => {
      stops.push(focusManager.subscribe(askAgain));
      askAgain();
    };
    let watchedAt = 0;
    let isDoubted = false;
    const watch = (): void => {
      const state = this.read(query);
      const isDoubtful = state?.data !== undefined && !isUsable(state, query.queryKey);
      // Once: the app may put it there again and again.
      if (isDoubtful && !isDoubted) void observer.refetch({ cancelRefetch: false });
      isDoubted = isDoubtful;
      const at = state?.dataUpdatedAt ?? 0;
      if (at === watchedAt) return;
      watchedAt = at;
      for (const stop of stops) stop();
      const end = at + maxAge;
      // Without data there is none that could be too old.
      stops = at === 0 ? [] : [atTime(askWhenInView, end - Math.min(LEAD_MS, maxAge / 10)), atTime(tell, end)];
    };
    const unsubscribe = observer.subscribe(() => {
      watch();
      tell();
    });
    watch();
    const end = (): void => {
      unsubscribe();
      for (const stop of stops) stop();
    };
    return {
      listeners,
      hash,
      refresh: () => {
        observer.setOptions(options);
        const { isStale, fetchStatus } = observer.getCurrentResult();
        if (!isStale || fetchStatus !== "idle" || observer.options.refetchOnMount === false) return;
        void observer.refetch({ cancelRefetch: false });
      },
      end,
    };
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

