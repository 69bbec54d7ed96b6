"use client";

import { AuthzError, type Check, type Decision } from "@kinde-cerbos/core";
import { useMemo } from "react";

import { type CachePolicy, decisionQuery } from "./decision-query.ts";
import { closedBy, type GateReason, type KindeGate } from "./kinde-gate.ts";
import { type Asking, AskingContext, useProvided } from "./permissions-context.ts";
import { type Asked, type Observed, type Seen, useObserved } from "./use-observed.ts";

/** What is known of a check. `allowed` is true when the PDP allowed it, and in no other case. */
export type Answer = AnswerBase &
  (
    | {
        readonly status: "pending";
        readonly allowed: false;
        readonly isPending: true;
        readonly decision: null;
        readonly reason: null;
        readonly error: null;
      }
    | {
        readonly status: "allowed";
        readonly allowed: true;
        readonly isPending: false;
        readonly decision: Decision;
        readonly reason: null;
        /** Why it could not be asked again; the decision is shown until it is too old. */
        readonly error: Error | null;
      }
    | {
        readonly status: "denied";
        readonly allowed: false;
        readonly isPending: false;
        readonly decision: Decision;
        /** `schema` where the resource or principal breaks its schema, see `decision.validationErrors`; else `policy`. */
        readonly reason: "policy" | "schema";
        /** Why it could not be asked again; the decision is shown until it is too old. */
        readonly error: Error | null;
      }
    | {
        readonly status: "denied";
        readonly allowed: false;
        readonly isPending: false;
        /** The PDP was not asked: Kinde's word is enough. */
        readonly decision: null;
        /** The part of the gate that is closed. */
        readonly reason: GateReason;
        readonly error: null;
      }
    | {
        readonly status: "error";
        readonly allowed: false;
        readonly isPending: false;
        readonly decision: null;
        readonly reason: null;
        readonly error: Error;
      }
  );

/** What each {@link Answer} has. */
interface AnswerBase {
  /** Whether it is being asked, for the first time or again. Who reads it renders when it changes. */
  readonly isFetching: boolean;
}

/** An {@link Answer} to one check, and how to ask again. */
export type CanResult = Answer & {
  /** Asks again, and settles once there is an answer. */
  readonly refetch: () => Promise<void>;
};

/** Whether to ask, and how long the answer is good. */
export interface AskOptions extends CachePolicy, KindeGate {
  /** `false` asks nothing and stays pending. Default: true. */
  readonly enabled?: boolean | undefined;
}

/** Checks that a hook asks, and where their answers stand. */
export interface Decisions {
  /** One for each check, in their order. */
  readonly results: readonly CanResult[];
  /** Whether any is being asked. Who reads it renders when it changes. */
  readonly isFetching: boolean;
  /** Asks for all that are not there or not fresh, and settles once there are answers. */
  readonly ask: () => Promise<void>;
  /** Asks all of them again, and settles once there are answers. */
  readonly refetch: () => Promise<void>;
}

/** The decision on one check. */
export function useDecision(check: Check, options: AskOptions, hook: string): CanResult {
  const [result] = useDecisions([check], options, hook).results;
  if (!result) throw new Error("There is a result for each check.");
  return result;
}

/** The decisions on checks. Every hook about decisions goes through here. */
export function useDecisions(checks: readonly Check[], options: AskOptions, hook: string): Decisions {
  const asking = useProvided(AskingContext, hook);
  const closed = gateReason(asking, options);
  const { maxAge = asking.policy.maxAge } = options;
  const observed = useObserved(
    checks.map((check) => askedOf(asking, check, options, closed)),
    { store: asking.store, isCurrent: asking.isCurrent, maxAge, isAlike },
  );
  return useMemo(() => decisionsOf(observed, closed), [observed, closed]);
}

function gateReason(asking: Asking, { enabled = true, ...gate }: AskOptions): GateReason | null {
  return enabled && !asking.error && asking.authorizer && asking.isCurrent()
    ? closedBy(asking.authorizer.session, gate)
    : null;
}

function askedOf(
  { authorizer, error, policy, isCurrent }: Asking,
  check: Check,
  { enabled = true, staleTime = policy.staleTime, gcTime = policy.gcTime, maxAge = policy.maxAge }: AskOptions,
  closed: GateReason | null,
): Asked<Decision> {
  if (!enabled || closed) return null;
  if (error) return error;
  if (!authorizer || !isCurrent()) return null;
  try {
    return decisionQuery(authorizer, check, { staleTime, gcTime, maxAge });
  } catch (thrown) {
    if (thrown instanceof AuthzError) return thrown;
    throw thrown;
  }
}

/** Two decisions of one status and reason look alike to who reads nothing else. */
function isAlike(one: Decision, other: Decision): boolean {
  return one.allowed === other.allowed && reasonOf(one) === reasonOf(other);
}

function reasonOf({ validationErrors }: Decision): "policy" | "schema" {
  return validationErrors.length > 0 ? "schema" : "policy";
}

function decisionsOf({ seen, reads, ask, refetch }: Observed<Decision>, closed: GateReason | null): Decisions {
  const anyFetching = (of: readonly Seen<Decision>[]): boolean => {
    reads.isFetching = true;
    return of.some(({ isFetching }) => isFetching);
  };
  return {
    results: seen.map((one) => {
      const answer = closed ? { ...NO_DECISION, status: "denied", reason: closed } : answerOf(one);
      const result = {
        ...answer,
        refetch,
        get decision() {
          reads.data = true;
          return answer.decision;
        },
        get isFetching() {
          return anyFetching([one]);
        },
      };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an answer with getters is that answer
      return result as CanResult;
    }),
    ask,
    refetch,
    get isFetching() {
      return anyFetching(seen);
    },
  };
}

const NO_DECISION = { allowed: false, isPending: false, decision: null, reason: null, error: null } as const;

function answerOf({ status, data, error }: Seen<Decision>): Omit<Answer, "isFetching"> {
  if (status === "pending") return { ...NO_DECISION, status, isPending: true };
  if (status === "error") return { ...NO_DECISION, status, error };
  return data.allowed
    ? { ...NO_DECISION, status: "allowed", allowed: true, decision: data, error }
    : { ...NO_DECISION, status: "denied", decision: data, reason: reasonOf(data), error };
}
