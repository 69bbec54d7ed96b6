import { focusManager, notifyManager, type QueryClient, QueryObserver, type QueryState } from "@tanstack/react-query";

import { askAnew } from "./ask-anew.ts";
import { type AnswerQuery, queryHashOf } from "./decision-query.ts";

/** A decision on the screen is asked again this long before it is too old to be shown, in ms. */
const LEAD_MS = 10_000;
/** The longest a timer can be set for; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Where an answer stands in the cache, as react-query has it. */
export type DecisionState<Data> = QueryState<Data>;

/** One decision on the screen, whoever shows it. */
interface Observed {
  readonly listeners: Set<() => void>;
  readonly queryHash: string;
  /** Another one shows it too: as for the first, it is asked again where it is not fresh. */
  readonly join: () => void;
  /** The app has removed it from the cache: it is asked for once more. */
  readonly renew: () => void;
  /** The window is in view again. */
  readonly wake: () => void;
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
  /** Ends what {@link DecisionStore.#beginWatch} began. */
  #watch: (() => void) | null = null;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  /** Where a decision stands; `undefined` where nobody has asked for it. */
  read<Data>(query: AnswerQuery<Data>): DecisionState<Data> | undefined {
    return this.#client.getQueryCache().get<Data>(queryHashOf(this.#client, query))?.state;
  }

  /** Asks for a decision where it is not there or not fresh, and tells of each change until the returned function is called. */
  observe<Data>(query: AnswerQuery<Data>, maxAge: number, listener: () => void): () => void {
    const queryHash = queryHashOf(this.#client, query);
    // Hooks with other times have another observer of the same query.
    const key = JSON.stringify([queryHash, query.staleTime, query.gcTime, maxAge]);
    this.#watch ??= this.#beginWatch();
    const known = this.#observed.get(key);
    known?.join();
    const observed = known ?? this.#begin(query, queryHash, maxAge);
    this.#observed.set(key, observed);
    observed.listeners.add(listener);
    const leave = (): void => {
      if (observed.listeners.size > 0 || this.#observed.get(key) !== observed) return;
      this.#observed.delete(key);
      observed.end();
      if (this.#observed.size > 0) return;
      this.#watch?.();
      this.#watch = null;
    };
    return () => {
      observed.listeners.delete(listener);
      // Later in the same task: what takes over, such as a longer list with this check in it, comes
      // after what goes, and a request that both want must not be aborted in between.
      queueMicrotask(leave);
    };
  }

  /** Asks for a decision where it is not there or not fresh. Settles once there is one, or an error in its place. */
  async ask<Data>(query: AnswerQuery<Data>): Promise<void> {
    await this.#client.prefetchQuery(query);
  }

  /** Asks again what is there. An answer that is under way is not waited for: it may be of before. */
  async refetch<Data>(query: AnswerQuery<Data>): Promise<void> {
    const found = this.#client.getQueryCache().get(queryHashOf(this.#client, query));
    if (found) await askAnew(found);
  }

  /** One listener for all: one for each decision would cost as much as the decisions. */
  #beginWatch(): () => void {
    const ends = [
      this.#client.getQueryCache().subscribe(({ type, query }) => {
        if (type !== "removed") return;
        for (const { listeners, queryHash, renew } of this.#observed.values()) {
          if (queryHash === query.queryHash && listeners.size > 0) renew();
        }
      }),
      focusManager.subscribe((isFocused) => {
        if (isFocused) for (const { wake } of this.#observed.values()) wake();
      }),
    ];
    return () => ends.forEach((end) => end());
  }

  #begin<Data>(query: AnswerQuery<Data>, queryHash: string, maxAge: number): Observed {
    const observer = new QueryObserver(this.#client, query);
    const listeners = new Set<() => void>();
    const tell = (): void => this.#tell(listeners);
    let isDue = false;
    const askAgain = (): void => {
      // Nobody looks: it is asked when the window comes back into view.
      isDue = !focusManager.isFocused();
      if (!isDue) void observer.refetch({ cancelRefetch: false });
    };
    let timers: readonly (() => void)[] = [];
    let watchedAt = 0;
    const watch = (): void => {
      const at = this.read(query)?.dataUpdatedAt ?? 0;
      if (at === watchedAt) return;
      watchedAt = at;
      isDue = false;
      for (const cancel of timers) cancel();
      const end = at + maxAge;
      // Without data there is none that could be too old.
      timers = at === 0 ? [] : [timer(askAgain, end - Math.min(LEAD_MS, maxAge / 10)), timer(tell, end)];
    };
    const unsubscribe = observer.subscribe(() => {
      watch();
      tell();
    });
    watch();
    const end = (): void => {
      unsubscribe();
      for (const cancel of timers) cancel();
    };
    return {
      listeners,
      queryHash,
      join: () => {
        const { isStale, fetchStatus } = observer.getCurrentResult();
        if (!isStale || fetchStatus !== "idle" || observer.options.refetchOnMount === false) return;
        void observer.refetch({ cancelRefetch: false });
      },
      renew: () => observer.setOptions(query),
      wake: () => {
        if (isDue) askAgain();
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

/** Runs a task at a time (ms since the epoch), and not before: a timer may be early by the clock. */
function timer(task: () => void, at: number): () => void {
  let id: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    const left = Math.min(at - Date.now(), LONGEST_TIMER_MS);
    id = setTimeout(() => (Date.now() < at ? wait() : task()), left);
  };
  wait();
  return () => clearTimeout(id);
}
