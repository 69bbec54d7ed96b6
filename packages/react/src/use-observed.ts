"use client";

import { AuthzError, type Authorizer } from "@kinde-cerbos/core";
import { useMemo, useRef, useSyncExternalStore } from "react";

import { type AnswerQuery, type CachePolicy, policyOf } from "./decision-query.ts";
import { type DecisionStore } from "./decision-store.ts";
import { isUsable } from "./is-usable.ts";
import { type Asking } from "./permissions-context.ts";

/** What is observed: the query to ask, why it cannot be asked, or `null` if not now. */
type Asked<Data> = AnswerQuery<Data> | Error | null;

/** What the cache allows to be shown of an answer: `data`, else why there is none, else nothing yet. */
export interface Seen<Data> {
  readonly data: Data | null;
  /** Beside `data`: why it could not be asked again. */
  readonly error: Error | null;
  readonly isFetching: boolean;
}

/** What a component has read, and has to be rendered for. Set by the getters of its results. */
interface Reads {
  data: boolean;
  isFetching: boolean;
}

/** Answers, each with where it stands. */
export interface Observed<Data> {
  /**
   * One for each question, in their order. The same array as long as nothing has
   * changed that was read; what was not read is the newest there is.
   */
  readonly seen: readonly Seen<Data>[];
  readonly reads: Reads;
  /** What is asked now. */
  readonly queries: readonly AnswerQuery<Data>[];
  /** Asks all of them again, and settles once there are answers. */
  readonly refetch: () => Promise<void>;
}

/** Questions of one sort. */
interface Sort<Question, Data> {
  readonly queryOf: (authorizer: Authorizer, question: Question, policy: CachePolicy) => AnswerQuery<Data>;
  /** Whether two answers look the same to a component that does not read them. */
  readonly isAlike: (one: Data, other: Data) => boolean;
}

/** Whether to ask, and how long the answer is good. */
interface ObserveOptions extends CachePolicy {
  readonly enabled?: boolean | undefined;
}

/** Observes answers in the cache, and asks for those that are not there. Every hook goes through here. */
export function useObserved<Question, Data>(
  { store, error, current, policy: base }: Asking,
  questions: readonly Question[],
  { queryOf, isAlike }: Sort<Question, Data>,
  { enabled = true, ...given }: ObserveOptions,
): Observed<Data> {
  const policy = policyOf(base, given);
  const { maxAge } = policy;
  const authorizer = enabled ? current() : null;
  const asked = questions.map((question): Asked<Data> => {
    if (!authorizer) return enabled ? error : null;
    try {
      return queryOf(authorizer, question, policy);
    } catch (thrown) {
      if (thrown instanceof AuthzError) return thrown;
      throw thrown;
    }
  });
  // Keys are compared, not the objects of a render: one written inline is another each time.
  const keys = JSON.stringify([asked.map((one) => (isQuery(one) ? one.queryKey : String(one))), policy]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- of what is asked, `keys` is what matters
  const kept = useMemo(() => keep(store, asked, maxAge), [store, keys]);

  const reads = useRef<Reads>({ data: false, isFetching: false }).current;
  const isSame = (one: Seen<Data>, other: Seen<Data> | undefined): boolean =>
    other !== undefined &&
    one.error === other.error &&
    // Each answer of the PDP has a call id of its own, so an equal one is another object.
    (one.data === other.data || (!reads.data && !!one.data && !!other.data && isAlike(one.data, other.data))) &&
    (!reads.isFetching || one.isFetching === other.isFetching);
  const snapshot = (): readonly Seen<Data>[] => {
    // Here too: React looks again before it commits what it has rendered in several parts.
    const isHeld = kept.queries.length > 0 && !current();
    const next = asked.map((one) => look(store, isHeld && isQuery(one) ? null : one, maxAge));
    if (!kept.seen?.every((one, at) => isSame(one, next[at]))) return (kept.seen = next);
    // What looks the same may be newer, for who reads it later.
    for (const [at, one] of kept.seen.entries()) Object.assign(one, next[at]);
    return kept.seen;
  };
  const seen = useSyncExternalStore(kept.subscribe, snapshot, snapshot);
  return useMemo(() => ({ ...kept, seen, reads }), [kept, seen, reads]);
}

/** What stays as long as the same is asked. An answer to something else is none, however alike. */
interface Kept<Data> extends Pick<Observed<Data>, "queries" | "refetch"> {
  /** What was last seen; `null` before. */
  seen: readonly Seen<Data>[] | null;
  readonly subscribe: (notify: () => void) => () => void;
}

function keep<Data>(store: DecisionStore, asked: readonly Asked<Data>[], maxAge: number): Kept<Data> {
  const queries = asked.filter(isQuery);
  return {
    seen: null,
    queries,
    subscribe: (notify) => {
      const ends = queries.map((query) => store.observe(query, maxAge, notify));
      return () => ends.forEach((end) => end());
    },
    refetch: async () => {
      await Promise.all(queries.map((query) => store.refetch(query)));
    },
  };
}

function isQuery<Data>(asked: Asked<Data>): asked is AnswerQuery<Data> {
  return asked !== null && !(asked instanceof Error);
}

function look<Data>(store: DecisionStore, asked: Asked<Data>, maxAge: number): Seen<Data> {
  if (!isQuery(asked)) return { data: null, error: asked, isFetching: false };
  const state = store.read(asked);
  if (!state) return { data: null, error: null, isFetching: true };
  const { data, error, dataUpdatedAt, status, fetchStatus } = state;
  const isGood = data !== undefined && Date.now() - dataUpdatedAt < maxAge && isUsable(state, asked.queryKey);
  return {
    // A fault that may pass leaves the answer until it is too old; a refusal outdates it at once.
    data: isGood && (!error || mayPass(error)) ? data : null,
    error,
    // One that nobody has asked for yet is about to be.
    isFetching: fetchStatus === "fetching" || (fetchStatus === "idle" && status === "pending"),
  };
}

function mayPass(error: Error): boolean {
  return error instanceof AuthzError && (error.code === "pdp_unavailable" || error.code === "timeout");
}
