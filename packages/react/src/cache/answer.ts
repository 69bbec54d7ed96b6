import {
  type DefaultedQueryObserverOptions,
  focusManager,
  type Query,
  type QueryClient,
  QueryObserver,
  type QueryState,
} from "@tanstack/react-query";
import { NOTHING, type View, viewOf } from "./answer-view.ts";
import { type AnswerKey } from "./decision-query.ts";
import { fetchAgain } from "./fetch-again.ts";
import { isHidden } from "./hidden-answers.ts";
import { isForeign, isUsable } from "./is-usable.ts";
import { QuietObserver } from "./quiet-observer.ts";
import { isShallowEqual } from "./shallow-equal.ts";

/** An answer on the screen is fetched again this long before it is too old to be shown, in ms. */
const LEAD_MS = 10_000;

/** Lets an observer fetch by its interval only, once there is an answer or an error. */
const NO_FETCH_ON_MOUNT = {
  refetchOnMount: false,
  retryOnMount: false,
  enabled: ({ state }: { readonly state: { readonly status: string } }) => state.status !== "pending",
} as const;

/** The options of an answer's query, with the client's defaults and its hash. */
export type DefaultedQuery<Data> = DefaultedQueryObserverOptions<Data, Error, Data, Data, AnswerKey>;

type AnswerState<Data> = QueryState<Data> | undefined;

/** The parts of its store that an answer uses. */
export interface AnswerStore {
  readonly client: QueryClient;
  /** Told of each change of the query, in the middle of it. */
  readonly onChange: (answer: AnyAnswer) => void;
  /** Told before it is fetched for a component that mounts. Returns whether it may be. */
  readonly onAsk: (answer: AnyAnswer) => boolean;
  /** Told when a component shows it, and when the last one has left. */
  readonly onShow: (answer: AnyAnswer) => void;
  readonly onLeave: (answer: AnyAnswer) => void;
  /** Told in a render that a shown answer is no longer valid, because the clock was set: timers come too late. */
  readonly onOutdated: () => void;
}

/** An answer of any type, as the store sees it. */
export type AnyAnswer = Pick<
  Answer<unknown, object>,
  | "ask"
  | "dueAt"
  | "end"
  | "fetch"
  | "hasData"
  | "isThere"
  | "isHidden"
  | "isUnderWay"
  | "watch"
  | "isFetching"
  | "isSlow"
  | "listeners"
  | "look"
  | "revive"
>;

/**
 * One answer of the PDP for all components that show it: its result, and its query in the app's cache. Each change of
 * the query makes at most one new result, however many components there are.
 */
export class Answer<Data, Result extends object> {
  /** The components that show it. */
  readonly listeners: Set<() => void> = new Set();
  readonly options: DefaultedQuery<Data>;
  readonly #store: AnswerStore;
  readonly #maxAge: number;
  readonly #gcTime: number;
  /** How long its query is kept once nobody shows it, in ms: the longest time of all fetches of it. */
  #keptFor = 0;
  readonly #resultOf: (view: View<Data>, refetch: () => Promise<void>) => Result;
  #observer: QuietObserver<Data> | null = null;
  #endInterval: (() => void) | null = null;
  #isDoubted = false;
  #isSlow = false;
  /** The `dataUpdatedAt` of the data that was fetched again because of its age: this is done once. */
  #renewedAt = -1;
  #result: Result | null = null;
  /** The state that the result was made from. `#from` and `#until` say when it is valid, in ms since the epoch. */
  #state: AnswerState<Data>;
  #isHeld = false;
  #from = 0;
  #until = 0;

  constructor(
    store: AnswerStore,
    options: DefaultedQuery<Data>,
    maxAge: number,
    resultOf: (view: View<Data>, refetch: () => Promise<void>) => Result,
  ) {
    this.#store = store;
    this.options = options;
    this.#gcTime = options.gcTime ?? 0;
    // For a query with another gcTime, react-query sets a timer when it is made and after each fetch, though it is not
    // collected while it is shown: a tenth of the time that a page of 1000 checks takes.
    options.gcTime = NaN;
    this.#maxAge = maxAge;
    this.#resultOf = resultOf;
  }

  /**
   * Returns the result to show now: the same object as long as it is equal. An object that was replaced does not come
   * back, because React 18 may miss a change back.
   *
   * @param isHeld whether nothing may be shown of the session
   */
  read(now: number, isHeld: boolean): Result {
    const query = this.#query;
    const state = query?.state;
    const last = this.#result;
    if (last && state === this.#state && isHeld === this.#isHeld && this.#from <= now && now < this.#until) return last;
    this.#state = state;
    this.#isHeld = isHeld;
    this.#from = now;
    // A clock that was set back makes it invalid, too.
    this.#until = state && this.#endAt > now ? this.#endAt : Infinity;
    const oldest = now - this.#maxAge;
    const view = isHeld ? NOTHING : viewOf(query, oldest, this.#observer !== null, this.#isSlow);
    if (this.#observer && !isHeld && state?.data !== undefined && view.data === null) this.#store.onOutdated();
    const next = this.#resultOf(view, this.refetch);
    return (this.#result = last && isShallowEqual(last, next) ? last : next);
  }

  /** As {@link read}, outside of rendering. */
  latest(): Result {
    return this.read(Date.now(), false);
  }

  /** Sends a new request. It does not wait for one already in flight, which may bring an outdated answer. */
  readonly refetch = async (): Promise<void> => {
    const query = this.#query;
    if (query) await fetchAgain(query);
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    const stop = this.watch(listener);
    this.ask();
    return stop;
  };

  /** Tells `listener` of each change, and fetches nothing. */
  watch(listener: () => void): () => void {
    this.listeners.add(listener);
    if (this.#observer === null) this.#begin();
    this.#store.onShow(this);
    return () => {
      this.listeners.delete(listener);
      // A component that takes over, such as a longer list with this check in it, subscribes later in the same task: do
      // not abort a request that both need.
      if (this.isFetching) queueMicrotask(() => this.#leave());
      else this.#leave();
    };
  }

  /** Whether it is being fetched, or about to be once there is a network. */
  get isUnderWay(): boolean {
    return this.#query !== undefined && this.#query.state.fetchStatus !== "idle";
  }

  /** Whether it is hidden until a change is done. */
  get isHidden(): boolean {
    return this.#query !== undefined && isHidden(this.#query);
  }

  /** Whether its query is in the cache. */
  get isThere(): boolean {
    return this.#query !== undefined;
  }

  get hasData(): boolean {
    return this.#query?.state.data !== undefined;
  }

  get isFetching(): boolean {
    return this.#query?.state.fetchStatus === "fetching";
  }

  /** Whether a fetch beside data takes so long that it is shown. */
  set isSlow(isSlow: boolean) {
    this.#isSlow = isSlow;
    this.#until = 0;
  }

  /** When it has to be looked at again, in ms since the epoch: to be fetched, or because it is too old. */
  get dueAt(): number {
    if (this.#renewedAt !== this.#query?.state.dataUpdatedAt) return this.#renewAt;
    return this.#endAt > Date.now() ? this.#endAt : Infinity;
  }

  /** Fetches it if it is not there, or not fresh, as react-query does for each component that mounts. */
  ask(): void {
    const query = this.#query;
    if (!query) return;
    const { data, status } = query.state;
    const { retryOnMount, refetchOnMount } = this.options;
    const isWanted =
      data === undefined
        ? status !== "error" || valueOf(retryOnMount, query) !== false
        : this.#isWanted(query, refetchOnMount);
    if (!isWanted) return this.#doubt(query);
    if (this.#store.onAsk(this)) this.fetch();
  }

  /** Fetches it, unless it is being fetched. An error is in the query's state. */
  fetch(): void {
    const query = this.#query;
    this.#keep(query);
    query?.fetch(this.options).catch(() => {});
  }

  /**
   * Looks at its age.
   *
   * @param isBack whether the page has come into view: an answer that could not be fetched before is fetched now
   */
  look(isBack?: boolean): void {
    const query = this.#query;
    if (!query) return;
    this.#doubt(query);
    const now = Date.now();
    const { dataUpdatedAt } = query.state;
    if (now >= this.#renewAt && (isBack || this.#renewedAt !== dataUpdatedAt)) {
      this.#renewedAt = dataUpdatedAt;
      if (focusManager.isFocused()) this.fetch();
    }
    if (now >= this.#endAt) this.#store.onChange(this);
  }

  /** Goes over to the query in its place: one that `queryClient.clear()` has removed would never be answered. */
  revive(): void {
    if (this.#observer === null || this.#observer.getCurrentQuery() === this.#query) return;
    this.end();
    this.#begin();
    this.ask();
    this.#store.onChange(this);
  }

  end(): void {
    this.#endInterval?.();
    if (this.#observer) {
      const query = this.#observer.getCurrentQuery();
      this.#keep(query);
      query.gcTime = this.#keptFor;
      // A later fetch with options of its own must not keep the query for good.
      query.options = { ...query.options, gcTime: this.#keptFor };
      this.#observer.destroy();
    }
    this.#observer = this.#endInterval = null;
    this.#isShownOtherwise();
    this.#isSlow = false;
  }

  get #query(): Query<Data, Error, Data, AnswerKey> | undefined {
    return this.#store.client.getQueryCache().get(this.options.queryHash);
  }

  /** When the data is too old to be shown; never if there is no data. */
  get #endAt(): number {
    const { data, dataUpdatedAt = 0 } = this.#query?.state ?? {};
    return data === undefined ? Infinity : dataUpdatedAt + this.#maxAge;
  }

  get #renewAt(): number {
    return this.#endAt - Math.min(LEAD_MS, this.#maxAge / 10);
  }

  #begin(): void {
    const { client } = this.#store;
    this.#keptFor = this.#gcTime;
    this.#keep(this.#query);
    this.#observer = new QuietObserver(client, this.options, () => this.#onUpdate());
    this.#observer.subscribe(() => {});
    // Only if the app's defaults want it of all queries: it knows how by itself. It must not begin what only waits.
    if (this.options.refetchInterval) {
      const options = { ...this.options, ...NO_FETCH_ON_MOUNT };
      this.#endInterval = new QueryObserver(client, options).subscribe(() => {});
    }
    this.#isShownOtherwise();
  }

  /** Notes down how long another fetch of its query wants it kept. */
  #keep(query: { readonly gcTime: number } | undefined): void {
    this.#keptFor = Math.max(this.#keptFor, query?.gcTime || 0);
  }

  /** It is shown now, or no longer: a pending or slow answer then has another result. */
  #isShownOtherwise(): void {
    if (this.#state?.data === undefined || this.#isSlow) this.#until = 0;
  }

  #leave(): void {
    if (this.listeners.size === 0) this.#store.onLeave(this);
  }

  #onUpdate(): void {
    const query = this.#observer?.getCurrentQuery();
    if (!query) return;
    const { fetchStatus, fetchFailureCount } = query.state;
    if (fetchStatus !== "fetching") this.#isSlow = false;
    // Ours is never tried again: this one was begun elsewhere, such as on a server, and has failed there.
    else if (fetchFailureCount > 0) void fetchAgain(query);
    this.#doubt(query);
    this.#store.onChange(this);
  }

  /** Whether it is to be fetched again for an event, by the option about it. */
  #isWanted(query: Query<Data, Error, Data, AnswerKey>, option: DefaultedQuery<Data>["refetchOnMount"]): boolean {
    const value = valueOf(option, query);
    return value === "always" || (value !== false && query.isStaleByTime(valueOf(this.options.staleTime, query)));
  }

  /** Fetches again if the data in the cache is not a usable answer: once, not at each event until there is one. */
  #doubt(query: Query<Data, Error, Data, AnswerKey>): void {
    const { state, queryKey } = query;
    const isDoubtful = isForeign(state.error) || (state.data !== undefined && !isUsable(state, queryKey));
    const isNew = isDoubtful && !this.#isDoubted;
    this.#isDoubted = isDoubtful;
    // In the middle of its own beginning, a query would be fetched a second time.
    if (isNew && state.fetchStatus === "idle") this.fetch();
  }
}

function valueOf<Value extends string | number | boolean, Subject>(
  option: Value | ((subject: Subject) => Value) | undefined,
  subject: Subject,
): Value | undefined {
  return typeof option === "function" ? option(subject) : option;
}
