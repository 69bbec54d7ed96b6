import { AuthzError, type Check, type Decision } from "@kinde-cerbos/core";
import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";

import { type CachePolicy, type DecisionQuery, decisionQuery } from "./decision-query.ts";
import { type DecisionState, type DecisionStore } from "./decision-store.ts";
import { type Asking, AskingContext, useProvided } from "./permissions-context.ts";

/** What is known of a check. `allowed` is true when the PDP allowed it, and in no other case. */
export type Answer =
  | {
      readonly status: "pending";
      readonly allowed: false;
      readonly isPending: true;
      readonly decision: null;
      readonly error: null;
    }
  | {
      readonly status: "allowed";
      readonly allowed: true;
      readonly isPending: false;
      readonly decision: Decision;
      /** Why it could not be asked again; the decision is shown until it is too old. */
      readonly error: Error | null;
    }
  | {
      readonly status: "denied";
      readonly allowed: false;
      readonly isPending: false;
      readonly decision: Decision;
      /** Why it could not be asked again; the decision is shown until it is too old. */
      readonly error: Error | null;
    }
  | {
      readonly status: "error";
      readonly allowed: false;
      readonly isPending: false;
      readonly decision: null;
      readonly error: Error;
    };

/** Whether to ask, and how long the answer is good. */
export interface AskOptions extends CachePolicy {
  /** `false` asks nothing and stays pending. Default: true. */
  readonly enabled?: boolean | undefined;
}

/** An {@link Answer} to one check, and how to ask again. */
export type CanResult = Answer & {
  /** Whether it is being asked, for the first time or again. Who reads it renders when it changes. */
  readonly isFetching: boolean;
  /** Asks again, and settles once there is an answer. */
  readonly refetch: () => Promise<void>;
};

/** Checks that a hook asks, and where their answers stand. */
interface Decisions<Checks extends readonly Check[] = readonly Check[]> {
  /** One for each check, in their order. */
  readonly results: { readonly [At in keyof Checks]: CanResult };
  /** Whether any is being asked. Who reads it renders when it changes. */
  readonly isFetching: boolean;
  /** Asks all of them again, and settles once there are answers. */
  readonly refetch: () => Promise<void>;
}

const PENDING: Answer = { status: "pending", allowed: false, isPending: true, decision: null, error: null };

/** Observes one decision. */
export function useDecision(check: Check, options: AskOptions, hook: string): CanResult {
  const { results } = useDecisions<readonly [Check]>([check], options, hook);
  return results[0];
}

/** Observes decisions in the cache, and asks for those that are not there. Every hook goes through here. */
function useDecisions<Checks extends readonly Check[]>(
  checks: Checks,
  options: AskOptions,
  hook: string,
): Decisions<Checks> {
  const asking = useProvided(AskingContext, hook);
  const { store, policy } = asking;
  const { enabled = true, staleTime = policy.staleTime, gcTime = policy.gcTime, maxAge = policy.maxAge } = options;
  const asked = checks.map((check) => (enabled ? askedOf(asking, check, { staleTime, gcTime }) : null));
  // Keys are compared, not the objects of a render: one written inline is another each time.
  const keys = JSON.stringify([asked.map(keyOf), staleTime, gcTime, maxAge]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- of what is asked, `keys` is what matters
  const stable = useMemo(() => asked, [store, keys]);

  const subscribe = useCallback(
    (notify: () => void) => {
      const ends = stable.filter(isQuery).map((query) => store.observe(query, maxAge, notify));
      return () => ends.forEach((end) => end());
    },
    [store, stable, maxAge],
  );
  const refetch = useCallback(async () => {
    await Promise.all(stable.filter(isQuery).map((query) => store.refetch(query)));
  }, [store, stable]);

  const reads = useRef<Reads>({ decision: false, isFetching: false });
  const last = useRef<Snapshot | null>(null);
  const snapshot = (): Snapshot => {
    const next = stable.map((query) => seenOf(store, query, maxAge));
    const same = last.current;
    if (same?.length === next.length && next.every((seen, at) => isSame(seen, same[at], reads.current))) return same;
    last.current = next;
    return next;
  };
  const seen = useSyncExternalStore(subscribe, snapshot, snapshot);
  return useMemo(() => decisionsOf<Checks>(seen, refetch, reads.current), [seen, refetch]);
}

/** What is observed of a check: the query to ask, why it cannot be asked, or `null` if not now. */
type Asked = DecisionQuery | Error | null;

/** What a component has read, and has to be rendered for. */
interface Reads {
  decision: boolean;
  isFetching: boolean;
}

interface Seen {
  readonly answer: Answer;
  readonly isFetching: boolean;
}

type Snapshot = readonly Seen[];

function askedOf(asking: Asking, check: Check, policy: CachePolicy): Asked {
  if (asking.error) return asking.error;
  if (!asking.authorizer || !asking.isCurrent()) return null;
  try {
    return decisionQuery(asking.authorizer, check, policy);
  } catch (error) {
    if (error instanceof AuthzError) return error;
    throw error;
  }
}

function isQuery(asked: Asked): asked is DecisionQuery {
  return asked !== null && !(asked instanceof Error);
}

function keyOf(asked: Asked): unknown {
  return isQuery(asked) ? asked.queryKey : asked && [asked.name, asked.message];
}

function seenOf(store: DecisionStore, asked: Asked, maxAge: number): Seen {
  if (asked instanceof Error) return { answer: failed(asked), isFetching: false };
  if (asked === null) return { answer: PENDING, isFetching: false };
  const state = store.read(asked);
  const isUnasked = !state || (state.data === undefined && state.error === null && state.fetchStatus === "idle");
  return { answer: answerOf(state, maxAge), isFetching: isUnasked || state.fetchStatus === "fetching" };
}

/** What the cache allows to be shown. */
function answerOf(state: DecisionState | undefined, maxAge: number): Answer {
  if (!state) return PENDING;
  const { data, error, dataUpdatedAt } = state;
  const isGood = data !== undefined && Date.now() - dataUpdatedAt < maxAge;
  // A fault that may pass leaves the decision until it is too old; a refusal outdates it at once.
  if (error && !(isGood && mayPass(error))) return failed(error);
  return isGood ? decided(data, error) : PENDING;
}

function mayPass(error: Error): boolean {
  return error instanceof AuthzError && (error.code === "pdp_unavailable" || error.code === "timeout");
}

function decided(decision: Decision, error: Error | null): Answer {
  return decision.allowed
    ? { status: "allowed", allowed: true, isPending: false, decision, error }
    : { status: "denied", allowed: false, isPending: false, decision, error };
}

function failed(error: Error): Answer {
  return { status: "error", allowed: false, isPending: false, decision: null, error };
}

function isSame(a: Seen, b: Seen | undefined, reads: Reads): boolean {
  return (
    b !== undefined &&
    a.answer.status === b.answer.status &&
    a.answer.error === b.answer.error &&
    // Each answer of the PDP has a call id of its own, so an equal decision is another object.
    (!reads.decision || a.answer.decision === b.answer.decision) &&
    (!reads.isFetching || a.isFetching === b.isFetching)
  );
}

function decisionsOf<Checks extends readonly Check[]>(
  snapshot: Snapshot,
  refetch: () => Promise<void>,
  reads: Reads,
): Decisions<Checks> {
  const isFetching = (of: Snapshot): boolean => {
    reads.isFetching = true;
    return of.some((seen) => seen.isFetching);
  };
  const decisions = {
    results: snapshot.map((seen) => ({
      ...seen.answer,
      refetch,
      get decision() {
        reads.decision = true;
        return seen.answer.decision;
      },
      get isFetching() {
        return isFetching([seen]);
      },
    })),
    refetch,
    get isFetching() {
      return isFetching(snapshot);
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an answer with getters is that answer, and there is one for each check
  return decisions as unknown as Decisions<Checks>;
}
