"use client";

import { type Check, type Decision, prepareCheck } from "@kinde-cerbos/core";
import { useMemo } from "react";
import { type CachePolicy, decisionQuery, type DecisionQuery } from "../cache/decision-query.ts";
import { AskingContext, useProvided } from "../session/permissions-context.ts";
import { closedBy, type ClosedReason, type KindeGate } from "./kinde-gate.ts";
import { type Observed, type Seen, useObserved } from "./use-observed.ts";

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
        /**
         * `schema` where the resource or principal breaks its schema, see `decision.validationErrors`; else `policy`.
         */
        readonly reason: "policy" | "schema";
        /** Why it could not be asked again; the decision is shown until it is too old. */
        readonly error: Error | null;
      }
    | {
        readonly status: "denied";
        readonly allowed: false;
        readonly isPending: false;
        /** The PDP was not asked. */
        readonly decision: null;
        /** Why not: nobody is signed in, or a part of the gate is closed. */
        readonly reason: ClosedReason;
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
export interface Decisions<Checks extends readonly Check[] = readonly Check[]> {
  /** One for each check, in their order. */
  readonly results: { readonly [at in keyof Checks]: CanResult };
  /** Whether any is being asked. Who reads it renders when it changes. */
  readonly isFetching: boolean;
  /** What is asked now. */
  readonly queries: readonly DecisionQuery[];
  /** Asks all of them again, and settles once there are answers. */
  readonly refetch: () => Promise<void>;
}

/** The decision on one check. */
export function useDecision(check: Check, options: AskOptions, hook: string): CanResult {
  return useDecisions([check], options, hook).results[0];
}

/** The decisions on checks. Every hook about decisions goes through here. */
export function useDecisions<const Checks extends readonly Check[]>(
  checks: Checks,
  { enabled = true, ...options }: AskOptions,
  hook: string,
): Decisions<Checks> {
  const asking = useProvided(AskingContext, hook);
  const authorizer = enabled ? asking.current() : null;
  const closed = authorizer && closedBy(authorizer, options);
  const observed = useObserved(asking, checks, DECISIONS, { ...options, enabled: enabled && !closed });
  return useMemo(() => decisionsOf(observed, closed), [observed, closed]);
}

const DECISIONS = {
  prepare: prepareCheck,
  queryOf: decisionQuery,
  /** Two decisions of one status and reason look alike to who reads nothing else. */
  isAlike: (one: Decision, other: Decision) => reasonOf(one) === reasonOf(other),
};

/** Why it is denied; `null` where it is allowed, and in no other case. */
function reasonOf({ allowed, validationErrors }: Decision): "policy" | "schema" | null {
  if (allowed) return null;
  return validationErrors.length > 0 ? "schema" : "policy";
}

function decisionsOf<Checks extends readonly Check[]>(
  { seen, reads, queries, refetch }: Observed<Decision>,
  closed: ClosedReason | null,
): Decisions<Checks> {
  const results = seen.map((one) => {
    const status = closed ? "denied" : statusOf(one);
    return {
      status,
      allowed: status === "allowed",
      isPending: status === "pending",
      reason: closed ?? (one.data && reasonOf(one.data)),
      error: one.error,
      refetch,
      get decision() {
        reads.data = true;
        return one.data;
      },
      get isFetching() {
        reads.isFetching = true;
        return one.isFetching;
      },
    };
  });
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields of one answer, for each check
    results: results as Decisions<Checks>["results"],
    queries,
    refetch,
    get isFetching() {
      return results.some(({ isFetching }) => isFetching);
    },
  };
}

function statusOf({ data, error }: Seen<Decision>): Answer["status"] {
  if (data) return data.allowed ? "allowed" : "denied";
  return error ? "error" : "pending";
}
