"use client";

import { AuthzError } from "@kinde-cerbos/core";
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";

import { type AnswerKey, type AnswerQuery } from "./decision-query.ts";
import { type DecisionState, type DecisionStore } from "./decision-store.ts";
import { isUsable } from "./is-usable.ts";

/** What is observed: the query to ask, why it cannot be asked, or `null` if not now. */
export type Asked<Data> = AnswerQuery<Data> | Error | null;

/** What the cache allows to be shown of an answer. */
export type Seen<Data> = { readonly isFetching: boolean } & (
  | { readonly status: "pending"; readonly data: null; readonly error: null }
  | { readonly status: "settled"; readonly data: Data; readonly error: Error | null }
  | { readonly status: "error"; readonly data: null; readonly error: Error }
);

/** What a component has read, and has to be rendered for. Set by the getters of its results. */
interface Reads {
  data: boolean;
  isFetching: boolean;
}

/** Answers, each with where it stands. */
export interface Observed<Data> {
  /** One for each that was asked, in their order. The same array as long as nothing has changed. */
  readonly seen: readonly Seen<Data>[];
  readonly reads: Reads;
  /** Asks for all that are not there or not fresh, and settles once there are answers. */
  readonly ask: () => Promise<void>;
  /** Asks all of them again, and settles once there are answers. */
  readonly refetch: () => Promise<void>;
}

/** How answers are looked at. */
export interface ObserveOptions<Data> {
  readonly store: DecisionStore;
  /** Whether what is asked is still of the session that Kinde holds. */
  readonly isCurrent: () => boolean;
  /** In ms. */
  readonly maxAge: number;
  /** Whether two answers look the same to a component that does not read them. */
  readonly isAlike: (one: Data, other: Data) => boolean;
}

/** Observes answers in the cache, and asks for those that are not there. Every hook goes through here. */
export function useObserved<Data>(
  asked: readonly Asked<Data>[],
  { store, isCurrent, maxAge, isAlike }: ObserveOptions<Data>,
): Observed<Data> {
  // Keys are compared, not the objects of a render: one written inline is another each time.
  const keys = JSON.stringify([asked.map(keyOf), maxAge]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- of what is asked, `keys` is what matters
  const stable = useMemo(() => asked, [store, keys]);

  const subscribe = useCallback(
    (notify: () => void) => {
      const ends = stable.filter(isQuery).map((query) => store.observe(query, maxAge, notify));
      return () => ends.forEach((end) => end());
    },
    [store, stable, maxAge],
  );
  const { ask, refetch } = useMemo(() => {
    const each = (task: (query: AnswerQuery<Data>) => Promise<void>) => async (): Promise<void> => {
      await Promise.all(stable.filter(isQuery).map(task));
    };
    return { ask: each((query) => store.ask(query)), refetch: each((query) => store.refetch(query)) };
  }, [store, stable]);

  const reads = useRef<Reads>({ data: false, isFetching: false }).current;
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- of what is asked now: an answer to another check is none, however alike
  const keep = useMemo(() => keeper<Data>(), [stable]);
  const isSame = (one: Seen<Data>, other: Seen<Data> | undefined): boolean =>
    other !== undefined &&
    one.status === other.status &&
    one.error === other.error &&
    // Each answer of the PDP has a call id of its own, so an equal one is another object.
    (one.data === other.data || (!reads.data && !!one.data && !!other.data && isAlike(one.data, other.data))) &&
    (!reads.isFetching || one.isFetching === other.isFetching);
  const snapshot = (): readonly Seen<Data>[] => {
    // Here too: React looks again before it commits what it has rendered in several parts.
    const isHeld = stable.some(isQuery) && !isCurrent();
    const next = stable.map((query) => look(store, isHeld && isQuery(query) ? null : query, maxAge));
    return keep(next, isSame);
  };
  const seen = useSyncExternalStore(subscribe, snapshot, snapshot);
  return useMemo(() => ({ seen, reads, ask, refetch }), [seen, reads, ask, refetch]);
}

/** Gives what it has given before, as long as that is the same. */
function keeper<Data>() {
  let before: readonly Seen<Data>[] = [];
  return (
    next: readonly Seen<Data>[],
    isSame: (one: Seen<Data>, other: Seen<Data> | undefined) => boolean,
  ): readonly Seen<Data>[] => {
    if (before.length !== next.length || !next.every((one, at) => isSame(one, before[at]))) before = next;
    return before;
  };
}

function isQuery<Data>(asked: Asked<Data>): asked is AnswerQuery<Data> {
  return asked !== null && !(asked instanceof Error);
}

function keyOf<Data>(asked: Asked<Data>): unknown {
  if (!isQuery(asked)) return asked && [asked.name, asked.message];
  return [asked.queryKey, asked.staleTime, asked.gcTime];
}

function look<Data>(store: DecisionStore, asked: Asked<Data>, maxAge: number): Seen<Data> {
  if (asked === null) return { ...PENDING, isFetching: false };
  if (asked instanceof Error) return { ...failed(asked), isFetching: false };
  const state = store.read(asked);
  const isUnasked = !state || (state.data === undefined && state.error === null && state.fetchStatus === "idle");
  return { ...shownOf(state, asked.queryKey, maxAge), isFetching: isUnasked || state.fetchStatus === "fetching" };
}

type Shown<Data> = Seen<Data> extends infer Each ? (Each extends unknown ? Omit<Each, "isFetching"> : never) : never;

const PENDING = { status: "pending", data: null, error: null } as const;

function shownOf<Data>(state: DecisionState<Data> | undefined, key: AnswerKey, maxAge: number): Shown<Data> {
  if (!state) return PENDING;
  const { data, error, dataUpdatedAt } = state;
  const isGood = data !== undefined && Date.now() - dataUpdatedAt < maxAge && isUsable(state, key);
  // A fault that may pass leaves the answer until it is too old; a refusal outdates it at once.
  if (error && !(isGood && mayPass(error))) return failed(error);
  return isGood ? { status: "settled", data, error } : PENDING;
}

function failed(error: Error): { readonly status: "error"; readonly data: null; readonly error: Error } {
  return { status: "error", data: null, error };
}

function mayPass(error: Error): boolean {
  return error instanceof AuthzError && (error.code === "pdp_unavailable" || error.code === "timeout");
}
