"use client";

import { type Check, type Decision, prepareCheck } from "@kinde-cerbos/core";
import { fieldsOf, isSameResource } from "@kinde-cerbos/core/internal";
import { type Answer as CachedAnswer } from "../cache/answer.ts";
import { type CachePolicy, decisionQuery, policyOf } from "../cache/decision-query.ts";
import { type PermissionsValue, PermissionsContext, useProvided } from "../session/permissions-context.ts";
import { AnswerType, nothingToRefetch } from "./answer-type.ts";
import { closedBy, type ClosedReason, type KindeGate } from "./kinde-gate.ts";
import { type Answers, useAnswers } from "./use-answers.ts";

/** The state of a check. `allowed` is `true` if the PDP allowed it, and in no other case. */
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
        /** The error of the last refetch, or `null`. The decision is shown until it is `maxAge` old. */
        readonly error: Error | null;
      }
    | {
        readonly status: "denied";
        readonly allowed: false;
        readonly isPending: false;
        readonly decision: Decision;
        /**
         * `schema` if the resource or principal does not fit its schema, see `decision.validationErrors`; otherwise
         * `policy`.
         */
        readonly reason: "policy" | "schema";
        /** The error of the last refetch, or `null`. The decision is shown until it is `maxAge` old. */
        readonly error: Error | null;
      }
    | {
        readonly status: "denied";
        readonly allowed: false;
        readonly isPending: false;
        /** `null`, because no request was sent. */
        readonly decision: null;
        /** The reason: nobody is signed in, or the user does not pass a part of the gate. */
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

/** The fields of each {@link Answer}. */
interface AnswerBase {
  /**
   * Whether a request is in flight. If a decision is already shown, it becomes `true` only after 100 ms, so that a fast
   * request does not render the component.
   */
  readonly isFetching: boolean;
}

/** The result of one check, and a function to request it again. */
export type CanResult = Answer & {
  /** Sends a new request and resolves with its answer. It does not reuse a request in flight. */
  readonly refetch: () => Promise<void>;
};

/** Whether to send a check, what the user must also have in Kinde, and the cache times. */
export interface CheckHookOptions extends CachePolicy, KindeGate {
  /** With `false`, nothing is sent and the check stays pending. Default: true. */
  readonly enabled?: boolean | undefined;
}

/** Returns the results of checks. Every hook for decisions uses it. */
export function useDecisions(checks: readonly Check[], options: CheckHookOptions, hook: string): Answers<CanResult> {
  const permissions = useProvided(PermissionsContext, hook);
  const reason = permissions.authorizer && closedBy(permissions.authorizer, options);
  return useAnswers(permissions, checks, DECISIONS, options, reason && DENIED[reason]);
}

/** The answer to one check, for hooks that suspend; `null` if no request is sent. */
export function answerToCheck(
  permissions: PermissionsValue,
  check: Check,
  options: CheckHookOptions,
): CachedAnswer<Decision, CanResult> | null {
  const authorizer = permissions.current();
  if (!authorizer || closedBy(authorizer, options)) return null;
  return DECISIONS.answerTo(check, permissions.store, authorizer, policyOf(permissions.policy, options)).answer;
}

const DECISIONS = /* @__PURE__ */ new AnswerType<Check, Decision, CanResult>({
  // The text that is there: to make one of all that a check says takes as long as to compare a few checks.
  placeOf: ({ resource }) => (typeof resource === "string" ? "new" : String(fieldsOf(resource)["id"])),
  prepare(check, authorizer, policy) {
    const prepared = prepareCheck(check);
    const { action, resource } = prepared;
    return {
      query: decisionQuery(authorizer, prepared, policy),
      isSame: (other) => other.action === action && isSameResource(other.resource, resource),
    };
  },
  resultOf({ data, error, isFetching }, refetch): CanResult {
    const common = { isPending: false, isFetching, decision: data, error, reason: null, refetch } as const;
    if (data?.allowed) return { ...common, status: "allowed", allowed: true, decision: data };
    if (data) return { ...common, status: "denied", allowed: false, decision: data, reason: reasonOf(data) };
    if (error) return { ...common, status: "error", allowed: false, decision: null, error };
    return { ...common, status: "pending", allowed: false, isPending: true, decision: null, error: null };
  },
});

function reasonOf({ validationErrors }: Decision): "policy" | "schema" {
  return validationErrors.length > 0 ? "schema" : "policy";
}

/** The results of checks that are denied without a request. */
const DENIED = {
  signed_out: deniedFor("signed_out"),
  role: deniedFor("role"),
  permission: deniedFor("permission"),
  flag: deniedFor("flag"),
  entitlement: deniedFor("entitlement"),
} satisfies Record<ClosedReason, CanResult>;

function deniedFor(reason: ClosedReason): CanResult {
  const nothing = {
    isPending: false,
    isFetching: false,
    decision: null,
    error: null,
    refetch: nothingToRefetch,
  } as const;
  return { ...nothing, status: "denied", allowed: false, reason };
}
