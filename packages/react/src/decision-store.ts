import { focusManager, notifyManager, type QueryClient, QueryObserver, type QueryState } from "@tanstack/react-query";

import { askAnew } from "./ask-anew.ts";
import { atTime } from "./at-time.ts";
import { type AnswerQuery, findQuery } from "./decision-query.ts";
import { isUsable, usableOnly } from "./is-usable.ts";

/** A decision on the screen is asked again this long before it is too old to be shown, in ms. */
const LEAD_MS = 10_000;

/** One decision on the screen, whoever shows it. */
interface Observed {
  readonly listeners: Set<() => void>;
  /** Asks for it again where it was removed from the cache. */
  readonly revive: () => void;
  /** Looks at its age again. */
  readonly look: () => void;
  readonly end: () => void;
}

/** What hooks see of the cache. */
export interface DecisionStore {
  /** Where a decision stands; `undefined` where nobody has asked for it. */
  read<Data>(query: AnswerQuery<Data>): QueryState<Data> | undefined;
  /** Asks for a decision where it is not there or not fresh, and tells of each change until the returned function is called. */
  observe<Data>(query: AnswerQuery<Data>, maxAge: number, listener: () => void): () => void;
  /** Asks again what is there. An answer that is under way is not waited for: it may be of before. */
  refetch<Data>(query: AnswerQuery<Data>): Promise<void>;
}

/**
 * Each decision on the screen has one observer of react-query, so that it is not
 * collected, and is asked again on focus, on reconnect and when it is invalidated.
 * All that changes in one task is told in one notification: the answers of a batch
 * are one commit of React.
 */
export function createDecisionStore(client: QueryClient): DecisionStore {
  const onScreen = new Map<string, Observed>();
  const due = new Set<() => void>();
  /** Ends the watch for what is removed, and for the user; `null` while nothing is observed. */
  let unwatch: (() => void) | null = null;

  /** Runs a task once, together with all others of now. */
  const soon = (task: () => void): void => {
    due.add(task);
    if (due.size > 1) return;
    // As react-query tells its own observers: the app may have set how.
    notifyManager.schedule(() => {
      const tasks = [...due];
      due.clear();
      for (const each of tasks) each();
    });
  };

  /** An observer holds on to a query that `queryClient.clear()` has removed, and would wait for it for ever. */
  const revive = (): void => {
    for (const observed of onScreen.values()) observed.revive();
  };

  const watchAll = (): (() => void) => {
    const ends = [
      client.getQueryCache().subscribe(({ type }) => {
        // Not before a sign-out that comes with it.
        if (type === "removed") soon(revive);
      }),
      // Timers stand still while a machine sleeps. Whoever looks at the page again must not wait for the rest.
      focusManager.subscribe(() => onScreen.forEach(({ look }) => look())),
    ];
    return () => ends.forEach((end) => end());
  };

  const begin = <Data>(query: AnswerQuery<Data>, maxAge: number): Observed => {
    const options = usableOnly(query);
    const observer = new QueryObserver(client, options);
    const listeners = new Set<() => void>();
    const tell = (): void => {
      for (const listener of listeners) listener();
    };
    const tellSoon = (): void => soon(tell);
    let stops: (() => void)[] = [];
    const askAgain = (): void => {
      if (focusManager.isFocused()) void observer.refetch({ cancelRefetch: false });
    };
    const stop = (): void => {
      for (const each of stops) each();
    };
    let watchedAt = 0;
    let askAt = Infinity;
    let isDoubted = false;
    const watch = (): void => {
      const state = findQuery(client, query)?.state;
      const isDoubtful = state?.data !== undefined && !isUsable(state, query.queryKey);
      // Once, not for each event until the answer comes.
      if (isDoubtful && !isDoubted) void observer.refetch({ cancelRefetch: false });
      isDoubted = isDoubtful;
      const at = state?.dataUpdatedAt ?? 0;
      if (at === watchedAt) return;
      watchedAt = at;
      stop();
      // Without data there is none that could be too old.
      const end = at === 0 ? Infinity : at + maxAge;
      askAt = end - Math.min(LEAD_MS, maxAge / 10);
      stops = at === 0 ? [] : [atTime(askAgain, askAt), atTime(tellSoon, end)];
    };
    const unsubscribe = observer.subscribe(() => {
      watch();
      tellSoon();
    });
    watch();
    return {
      listeners,
      revive: () => {
        if (observer.getCurrentQuery() !== findQuery(client, query)) observer.setOptions(options);
      },
      look: () => {
        watch();
        if (Date.now() >= askAt) askAgain();
        tellSoon();
      },
      end: () => {
        unsubscribe();
        stop();
      },
    };
  };

  return {
    read: (query) => findQuery(client, query)?.state,

    observe: (query, maxAge, listener) => {
      unwatch ??= watchAll();
      // Hooks with other times have another observer of the same query.
      const key = JSON.stringify([query.queryKey, query.staleTime, query.gcTime, maxAge]);
      const known = onScreen.get(key);
      // Another component that shows it asks again where it is not fresh, as with a hook of react-query.
      if (known) new QueryObserver(client, usableOnly(query)).subscribe(() => {})();
      const observed = known ?? begin(query, maxAge);
      onScreen.set(key, observed);
      observed.listeners.add(listener);
      const leave = (): void => {
        if (observed.listeners.size > 0 || onScreen.get(key) !== observed) return;
        onScreen.delete(key);
        observed.end();
        if (onScreen.size > 0) return;
        unwatch?.();
        unwatch = null;
      };
      return () => {
        observed.listeners.delete(listener);
        // What takes over, such as a longer list with this check in it, comes later in the same task
        // than what goes: a request that both want must not be aborted in between.
        if (findQuery(client, query)?.state.fetchStatus === "fetching") queueMicrotask(leave);
        else leave();
      };
    },

    refetch: async (query) => {
      const found = findQuery(client, query);
      if (found) await askAnew(found);
    },
  };
}
