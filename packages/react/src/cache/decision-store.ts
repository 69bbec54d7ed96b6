import { focusManager, notifyManager, type QueryClient, type QueryState } from "@tanstack/react-query";
import { AnswerObserver, type DefaultedQuery } from "./answer-observer.ts";
import { CommitTogether } from "./commit-together.ts";
import { type AnswerKey, type AnswerQuery } from "./decision-query.ts";
import { fetchAgain } from "./fetch-again.ts";
import { LONGEST_TIMER_MS } from "./timer.ts";

/** What hooks see of the cache. */
export interface DecisionStore {
  /** Where a decision stands; `undefined` where nobody has asked for it. */
  read<Data>(query: AnswerQuery<Data>): QueryState<Data> | undefined;
  /**
   * Asks for a decision where it is not there or not fresh, and tells of each change until the returned function is
   * called.
   */
  observe<Data>(query: AnswerQuery<Data>, maxAge: number, listener: () => void): () => void;
  /** Asks again what is there. An answer that is under way is not waited for: it may be of before. */
  refetch<Data>(query: AnswerQuery<Data>): Promise<void>;
}

/** A {@link AnswerObserver}, of whatever. */
type AnyObserver = Pick<
  AnswerObserver<unknown>,
  "ask" | "dueAt" | "end" | "isFetching" | "listeners" | "look" | "revive"
>;

/**
 * Each decision on the screen is watched once, whoever shows it. All that changes
 * in one task is told in one notification, and so are the answers of a batch: they
 * are one commit of React.
 */
export function createDecisionStore(client: QueryClient): DecisionStore {
  const cache = client.getQueryCache();
  const onScreen = new Map<string, AnyObserver>();
  const due = new Set<AnyObserver>();
  let isReviveDue = false;
  /** Ends what is listened to for all of them; `null` while nothing is on the screen. */
  let unlisten: (() => void) | null = null;
  /** The one timer for the ages of all, and when it is due, in ms since the epoch. */
  let alarm: ReturnType<typeof setTimeout> | undefined;
  let alarmAt = Infinity;

  /** With the client's defaults, and its hash. They are asked for at each look, so made once. */
  const defaulted = new WeakMap<object, unknown>();
  const optionsOf = <Data>(query: AnswerQuery<Data>): DefaultedQuery<Data> => {
    const known = defaulted.get(query);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was put there for this query
    if (known) return known as DefaultedQuery<Data>;
    const { queryKeyHashFn } = { ...client.getDefaultOptions().queries, ...client.getQueryDefaults(query.queryKey) };
    // Of texts alone, react-query's own hash is this. Its way to it looks for objects, and takes many times as long.
    const hash = queryKeyHashFn ? {} : { queryHash: JSON.stringify(query.queryKey) };
    const options = client.defaultQueryOptions({ ...query, ...hash });
    defaulted.set(query, options);
    return options;
  };

  /** Tells those that show it, once for all that changes now. */
  const tell = (observer: AnyObserver): void => {
    due.add(observer);
    if (due.size > 1) return;
    // As react-query tells its own observers: the app may have set how.
    notifyManager.schedule(() => {
      // A list shows many: it is told once.
      const listeners = new Set<() => void>();
      for (const changed of due) changed.listeners.forEach((listener) => listeners.add(listener));
      due.clear();
      for (const listener of listeners) listener();
    });
  };
  const together = new CommitTogether<AnyObserver>((observers) => observers.forEach(tell));

  const changed = (observer: AnyObserver): void => {
    setAlarm(observer.dueAt);
    if (observer.isFetching) {
      together.begin(observer);
      tell(observer);
    } else together.settle(observer);
  };

  const setAlarm = (at: number): void => {
    // Nor where it is no time at all: caches are read from disks.
    if (!(at < alarmAt)) return;
    clearTimeout(alarm);
    alarmAt = at;
    // Early by a clock that was set back, it looks all the same: what is of a time to come is no answer.
    alarm = setTimeout(lookAtAll, Math.min(at - Date.now(), LONGEST_TIMER_MS));
  };
  const unsetAlarm = (): void => {
    clearTimeout(alarm);
    alarmAt = Infinity;
  };
  const lookAtAll = (isBack?: boolean): void => {
    unsetAlarm();
    for (const observer of onScreen.values()) observer.look(isBack);
    for (const observer of onScreen.values()) setAlarm(observer.dueAt);
  };
  const reviveAll = (): void => {
    isReviveDue = false;
    for (const observer of onScreen.values()) observer.revive();
  };

  const listen = (): (() => void) => {
    const ends = [
      cache.subscribe(({ type }) => {
        if (type !== "removed" || isReviveDue) return;
        isReviveDue = true;
        // Not before a sign-out that comes with it.
        notifyManager.schedule(reviveAll);
      }),
      // Timers stand still while a machine sleeps. Whoever looks at the page again must not wait for the rest.
      focusManager.subscribe(lookAtAll),
    ];
    return () => {
      unsetAlarm();
      for (const end of ends) end();
    };
  };

  const leave = (key: string, observer: AnyObserver): void => {
    if (observer.listeners.size > 0 || onScreen.get(key) !== observer) return;
    onScreen.delete(key);
    observer.end();
    // Others need not wait for it.
    together.settle(observer);
    if (onScreen.size > 0) return;
    unlisten?.();
    unlisten = null;
  };

  return {
    read: <Data>(query: AnswerQuery<Data>) =>
      cache.get<Data, Error, Data, AnswerKey>(optionsOf(query).queryHash)?.state,

    observe: (query, maxAge, listener) => {
      unlisten ??= listen();
      const options = optionsOf(query);
      // Hooks with other times observe the same query for themselves.
      const key = `${maxAge} ${String(query.staleTime)} ${query.gcTime} ${options.queryHash}`;
      const observer = onScreen.get(key) ?? new AnswerObserver(client, options, maxAge, changed);
      onScreen.set(key, observer);
      observer.listeners.add(listener);
      observer.ask();
      // An answer that was there changes nothing, and ages all the same.
      setAlarm(observer.dueAt);
      return () => {
        observer.listeners.delete(listener);
        // What takes over, such as a longer list with this check in it, comes later in the same task
        // than what goes: a request that both want must not be aborted in between.
        if (observer.isFetching) queueMicrotask(() => leave(key, observer));
        else leave(key, observer);
      };
    },

    refetch: async (query) => {
      const found = cache.get(optionsOf(query).queryHash);
      if (found) await fetchAgain(found);
    },
  };
}
