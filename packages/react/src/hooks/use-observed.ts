"use client";

import { AuthzError, type Authorizer } from "@kinde-cerbos/core";
import { type QueryState } from "@tanstack/react-query";
import { useMemo, useRef, useSyncExternalStore } from "react";
import { type AnswerQuery, type CachePolicy, policyOf } from "../cache/decision-query.ts";
import { type DecisionStore } from "../cache/decision-store.ts";
import { isUsable } from "../cache/is-usable.ts";
import { type Asking } from "../session/permissions-context.ts";

/** A prepared check or plan, which these two fields identify. */
interface Prepared {
  readonly action: string;
  readonly resourceKey: string;
}

/** What a component asks: what was prepared of it, why it cannot be asked, or `null` if not now. */
type Asked<Ready> = Ready | Error | null;

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
interface Sort<Question, Ready, Data> {
  /** @throws AuthzError where it cannot be asked */
  readonly prepare: (question: Question) => Ready;
  readonly queryOf: (authorizer: Authorizer, prepared: Ready, policy: CachePolicy) => AnswerQuery<Data>;
  /** Whether two answers look the same to a component that does not read them. */
  readonly isAlike: (one: Data, other: Data) => boolean;
}

/** Whether to ask, and how long the answer is good. */
interface ObserveOptions extends CachePolicy {
  readonly enabled?: boolean | undefined;
}

/** Observes answers in the cache, and asks for those that are not there. Every hook goes through here. */
export function useObserved<Question, Ready extends Prepared, Data>(
  { store, error, current, policy: base }: Asking,
  questions: readonly Question[],
  { prepare, queryOf, isAlike }: Sort<Question, Ready, Data>,
  { enabled = true, ...given }: ObserveOptions,
): Observed<Data> {
  const policy = policyOf(base, given);
  const { maxAge } = policy;
  const authorizer = enabled ? current() : null;
  const asked = questions.map((question): Asked<Ready> =>
    authorizer ? orError(() => prepare(question)) : enabled ? error : null,
  );
  // What they say is compared, not the objects of a render: one written inline is another each time.
  const said = JSON.stringify([policy, asked.map(sayingOf)]);
  const kept = useMemo(() => {
    const toQuery = (one: Asked<Ready>): Asked<AnswerQuery<Data>> =>
      authorizer && isReady(one) ? orError(() => queryOf(authorizer, one, policy)) : asError(one);
    return keep(store, asked.map(toQuery), maxAge);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- of what is asked, what it says is what matters
  }, [store, said]);

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
    const { seen } = kept;
    if (!isHeld && seen && kept.isUnchanged()) return seen;
    const next = kept.look(isHeld);
    if (!seen?.every((one, at) => isSame(one, next[at]))) return (kept.seen = next);
    // What looks the same may be newer, for who reads it later.
    for (const [at, one] of seen.entries()) Object.assign(one, next[at]);
    return seen;
  };
  const seen = useSyncExternalStore(kept.subscribe, snapshot, snapshot);
  const { queries, refetch } = kept;
  return useMemo(() => ({ queries, refetch, seen, reads }), [queries, refetch, seen, reads]);
}

function isReady<Ready>(asked: Asked<Ready>): asked is Ready {
  return asked !== null && !(asked instanceof Error);
}

function asError(asked: unknown): Error | null {
  return asked instanceof Error ? asked : null;
}

function sayingOf(asked: Asked<Prepared>): unknown {
  return isReady(asked) ? [asked.action, asked.resourceKey] : asked && String(asked);
}

/** What is made, or why it cannot be. */
export function orError<Value>(make: () => Value): Value | AuthzError {
  try {
    return make();
  } catch (error) {
    if (error instanceof AuthzError) return error;
    throw error;
  }
}

/** What stays as long as the same is asked. An answer to something else is none, however alike. */
interface Kept<Data> extends Pick<Observed<Data>, "queries" | "refetch"> {
  /** What was last seen; `null` before. */
  seen: readonly Seen<Data>[] | null;
  readonly subscribe: (notify: () => void) => () => void;
  /** Looks at all of them, or, where they are held, at what keeps them from being asked. */
  readonly look: (isHeld: boolean) => readonly Seen<Data>[];
  /** Whether another look would see the same as the last one, at what was not held. */
  readonly isUnchanged: () => boolean;
}

function keep<Data>(store: DecisionStore, asked: readonly Asked<AnswerQuery<Data>>[], maxAge: number): Kept<Data> {
  const queries = asked.filter(isReady);
  const read = (one: Asked<AnswerQuery<Data>>): QueryState<Data> | undefined =>
    isReady(one) ? store.read(one) : undefined;
  let states: readonly ReturnType<typeof read>[] = [];
  /** From when until when the last look is good, in ms since the epoch. A clock that was set back makes it bad. */
  let [from, until] = [0, 0];
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
    look: (isHeld) => {
      const now = Date.now();
      states = asked.map(read);
      const ends = states.map((state) => (state?.dataUpdatedAt ?? 0) + maxAge).filter((end) => end > now);
      [from, until] = [now, isHeld ? now : Math.min(...ends)];
      return asked.map((one, at) => see(isHeld && isReady(one) ? null : one, states[at], now - maxAge));
    },
    isUnchanged: () => {
      const now = Date.now();
      return from <= now && now < until && asked.every((one, at) => read(one) === states[at]);
    },
  };
}

function see<Data>(
  asked: Asked<AnswerQuery<Data>>,
  state: QueryState<Data> | undefined,
  oldestGood: number,
): Seen<Data> {
  if (!isReady(asked)) return { data: null, error: asked, isFetching: false };
  if (!state) return { data: null, error: null, isFetching: true };
  const { data, error, dataUpdatedAt, status, fetchStatus } = state;
  const isGood = data !== undefined && dataUpdatedAt > oldestGood && isUsable(state, asked.queryKey);
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
