import {
  type DefaultedQueryObserverOptions,
  focusManager,
  type Query,
  type QueryClient,
  QueryObserver,
} from "@tanstack/react-query";
import { type AnswerKey } from "./decision-query.ts";
import { isUsable } from "./is-usable.ts";

/** An answer on the screen is asked again this long before it is too old to be shown, in ms. */
const LEAD_MS = 10_000;

/** The options of an answer's query, with the client's defaults and the hash that it is found by. */
export type DefaultedQuery<Data> = DefaultedQueryObserverOptions<Data, Error, Data, Data, AnswerKey>;

type WatchedQuery<Data> = Query<Data, Error, Data, AnswerKey>;

/** What react-query's `Query` uses of its observers, from 5.85.5 on. */
type Observing<Data> = Pick<
  QueryObserver<Data, Error, Data, Data, AnswerKey>,
  "options" | "onQueryUpdate" | "shouldFetchOnWindowFocus" | "shouldFetchOnReconnect"
> & {
  getCurrentResult(): { readonly isStale: boolean };
  refetch(options: { readonly cancelRefetch?: boolean }): Promise<unknown>;
};

/**
 * One answer on the screen, whoever shows it.
 *
 * To react-query it is an observer, so that the query is active: not collected,
 * and asked again on focus, on reconnect and when it is invalidated. A
 * `QueryObserver` would be one too, and make a result and a timer of its own for
 * each change, which nobody here reads: a page of a thousand checks takes that long again.
 */
export class AnswerObserver<Data> implements Observing<Data> {
  readonly options: DefaultedQuery<Data>;
  /** Those that show it. */
  readonly listeners = new Set<() => void>();
  readonly #client: QueryClient;
  readonly #maxAge: number;
  readonly #onChange: (observer: AnswerObserver<Data>) => void;
  readonly #endInterval: () => void;
  #query: WatchedQuery<Data>;
  #isDoubted = false;
  /** Which answer it was time to ask again for, by when it was given: that is done once. */
  #askedOf = 0;

  /** @param onChange is told of each change, in the middle of it */
  constructor(
    client: QueryClient,
    options: DefaultedQuery<Data>,
    maxAge: number,
    onChange: (observer: AnswerObserver<Data>) => void,
  ) {
    this.#client = client;
    this.options = options;
    this.#maxAge = maxAge;
    this.#onChange = onChange;
    this.#query = this.#enter();
    // Only where the app's defaults want it of all queries: it knows how by itself.
    this.#endInterval = options.refetchInterval ? new QueryObserver(client, options).subscribe(() => {}) : () => {};
  }

  get isFetching(): boolean {
    return this.#query.state.fetchStatus === "fetching";
  }

  /** When it has to be looked at again, in ms since the epoch: to ask again, or because its answer is too old. */
  get dueAt(): number {
    if (this.#askedOf !== this.#query.state.dataUpdatedAt) return this.#askAt;
    return this.#endAt > Date.now() ? this.#endAt : Infinity;
  }

  /** Asks for it where it is not there, or not fresh, as react-query does for each component that mounts. */
  ask(): void {
    const { data, status } = this.#query.state;
    const { retryOnMount, refetchOnMount } = this.options;
    const isWanted =
      data === undefined ? status !== "error" || this.#valueOf(retryOnMount) !== false : this.#isWanted(refetchOnMount);
    if (isWanted) void this.refetch();
    else this.#doubt();
  }

  /** Looks at its age. @param isBack whether the page has come into view: what could not be asked then is asked now */
  look(isBack?: boolean): void {
    this.#doubt();
    const now = Date.now();
    const { dataUpdatedAt } = this.#query.state;
    if (now >= this.#askAt && (isBack || this.#askedOf !== dataUpdatedAt)) {
      this.#askedOf = dataUpdatedAt;
      if (focusManager.isFocused()) void this.refetch({ cancelRefetch: false });
    }
    if (now >= this.#endAt) this.#onChange(this);
  }

  /**
   * Goes over to the query in its place: one that `queryClient.clear()` has removed would be waited for without end.
   */
  revive(): void {
    if (this.#cached === this.#query) return;
    this.#query.removeObserver(this.#asObserver);
    this.#query = this.#enter();
    this.ask();
    this.#onChange(this);
  }

  end(): void {
    this.#endInterval();
    this.#query.removeObserver(this.#asObserver);
  }

  /** Called by the query after each change. */
  onQueryUpdate(): void {
    this.#doubt();
    this.#onChange(this);
  }

  /** Called by the query to know whether it is stale. */
  getCurrentResult(): { readonly isStale: boolean } {
    return { isStale: this.#isStale };
  }

  /** Called by the query when the page comes into view. */
  shouldFetchOnWindowFocus(): boolean {
    return this.#isWanted(this.options.refetchOnWindowFocus);
  }

  /** Called by the query when the network is back. */
  shouldFetchOnReconnect(): boolean {
    return this.#isWanted(this.options.refetchOnReconnect);
  }

  /** Called by the query after the two above. Never rejects: an error is in the query's state. */
  async refetch(options: { readonly cancelRefetch?: boolean } = {}): Promise<void> {
    await this.#query.fetch(this.options, options).catch(() => {});
  }

  get #asObserver(): QueryObserver {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a query uses of it is there, see Observing
    return this as unknown as QueryObserver;
  }

  get #cached(): WatchedQuery<Data> | undefined {
    return this.#client.getQueryCache().get<Data, Error, Data, AnswerKey>(this.options.queryHash);
  }

  /** Without data there is none that could be too old. */
  get #endAt(): number {
    const { dataUpdatedAt } = this.#query.state;
    return dataUpdatedAt === 0 ? Infinity : dataUpdatedAt + this.#maxAge;
  }

  get #askAt(): number {
    return this.#endAt - Math.min(LEAD_MS, this.#maxAge / 10);
  }

  get #isStale(): boolean {
    const staleTime = this.#valueOf(this.options.staleTime);
    return this.#query.isStaleByTime(staleTime) || !isUsable(this.#query.state, this.#query.queryKey);
  }

  /** Whether it is to be asked again for an event, by the option about it. */
  #isWanted(option: DefaultedQuery<Data>["refetchOnMount"]): boolean {
    const value = this.#valueOf(option);
    return value === "always" || (value !== false && this.#isStale);
  }

  #valueOf<Value extends string | number | boolean>(
    option: Value | ((query: WatchedQuery<Data>) => Value) | undefined,
  ): Value | undefined {
    return typeof option === "function" ? option(this.#query) : option;
  }

  #enter(): WatchedQuery<Data> {
    // One that was put there by others, as from a disk, does not know how to ask.
    this.#cached?.setOptions(this.options);
    const query = this.#client.getQueryCache().build(this.#client, this.options);
    query.addObserver(this.#asObserver);
    return query;
  }

  /** Asks again where what is in the cache is no answer: once, and not for each event until there is one. */
  #doubt(): void {
    const { state, queryKey } = this.#query;
    const isDoubtful = state.data !== undefined && !isUsable(state, queryKey);
    const isNew = isDoubtful && !this.#isDoubted;
    this.#isDoubted = isDoubtful;
    // In the middle of its own beginning, a query would be asked a second time.
    if (isNew && state.fetchStatus === "idle") void this.refetch({ cancelRefetch: false });
  }
}
