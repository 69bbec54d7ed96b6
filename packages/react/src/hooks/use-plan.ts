"use client";

import {
  type Authorizer,
  AuthzError,
  type Kind,
  type Plan,
  type PlanQuery,
  preparePlanQuery,
  type PreparedPlanQuery,
} from "@kinde-cerbos/core";
import { useMemo } from "react";
import { type AnswerQuery, answerQuery, type CachePolicy } from "../cache/decision-query.ts";
import { AskingContext, useProvided } from "../session/permissions-context.ts";
import { SignedOut } from "../session/signed-out.ts";
import { type Observed, orError, type Seen, useObserved } from "./use-observed.ts";

/** What is planned, whether to ask it now, and how long the answer is good. */
export type UsePlanOptions<K extends Kind = Kind> = PlanQuery<K> &
  CachePolicy & {
    /** `false` asks nothing and stays pending. Default: true. */
    readonly enabled?: boolean | undefined;
  };

/** What is known of a plan. */
export type PlanResult = { readonly refetch: () => Promise<void>; readonly isFetching: boolean } & (
  | {
      readonly status: "pending";
      readonly isPending: true;
      readonly kind: null;
      readonly plan: null;
      readonly reason: null;
      readonly error: null;
    }
  | {
      readonly status: "settled";
      readonly isPending: false;
      /** `ALWAYS_ALLOWED`, `ALWAYS_DENIED` or `CONDITIONAL`; then `plan.condition` says which. */
      readonly kind: Plan["kind"];
      /** For `matchesPlan`. */
      readonly plan: Plan;
      /** `signed_out` if nobody is signed in: nothing was sent, `kind` is `ALWAYS_DENIED`, `plan.callId` is empty. */
      readonly reason: "signed_out" | null;
      /** Why it could not be asked again; the plan is shown until it is too old. */
      readonly error: Error | null;
    }
  | {
      readonly status: "error";
      readonly isPending: false;
      readonly kind: null;
      readonly plan: null;
      readonly reason: null;
      readonly error: Error;
    }
);

/**
 * Returns which resources of a kind the user may act on, before any is loaded. With
 * `actions`, all of them must be allowed. Test a resource against the plan with core's `matchesPlan`.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function usePlan<K extends Kind>(options: UsePlanOptions<K>): PlanResult {
  const asking = useProvided(AskingContext, "usePlan");
  const { enabled = true } = options;
  const isSignedOut = enabled && asking.current() instanceof SignedOut;
  const observed = useObserved(asking, [options], PLANS, { ...options, enabled: enabled && !isSignedOut });
  const denied = useDenied(isSignedOut ? options : null);
  return useMemo(
    () => (denied ? resultOf({ ...observed, seen: [denied] }, "signed_out") : resultOf(observed, null)),
    [observed, denied],
  );
}

/** The answer to a query that is not sent: nothing is allowed. `null` if it is sent. */
function useDenied(query: PlanQuery | null): Seen<Plan> | null {
  const prepared = query && orError(() => PLANS.prepare(query));
  const isBad = prepared instanceof AuthzError;
  return useMemo(() => {
    if (prepared === null) return null;
    if (isBad) return { data: null, error: prepared, isFetching: false };
    const {
      actions,
      resource: { kind: resourceKind, ...given },
    } = prepared;
    const plan = { kind: "ALWAYS_DENIED", actions, resourceKind, ...given, validationErrors: [], callId: "" } as const;
    return { data: plan, error: null, isFetching: false };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- of what is asked, what it says is what matters
  }, [isBad ? String(prepared) : prepared && prepared.action + prepared.resourceKey]);
}

const PLANS = {
  /** Known from others by the JSON of its actions. */
  prepare: (query: PlanQuery): PreparedPlan => {
    const prepared = preparePlanQuery(query);
    return { ...prepared, action: JSON.stringify(prepared.actions) };
  },
  queryOf: planQuery,
  /** Two plans of one kind look alike to who reads nothing else. */
  isAlike: (one: Plan, other: Plan) => one.kind === other.kind,
};

function resultOf({ seen: [one], reads, refetch }: Observed<Plan>, denied: "signed_out" | null): PlanResult {
  if (!one) throw new Error("There is an answer for each plan.");
  const status = one.data ? "settled" : one.error ? "error" : "pending";
  const result = {
    status,
    isPending: status === "pending",
    kind: one.data?.kind ?? null,
    reason: one.data && denied,
    error: one.error,
    refetch,
    get plan() {
      reads.data = true;
      return one.data;
    },
    get isFetching() {
      reads.isFetching = true;
      return one.isFetching;
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields of one answer
  return result as PlanResult;
}

interface PreparedPlan extends PreparedPlanQuery {
  readonly action: string;
}

function planQuery(
  authorizer: Authorizer,
  { action, actions, resource: { kind }, resourceKey }: PreparedPlan,
  policy: CachePolicy,
): AnswerQuery<Plan> {
  return answerQuery(
    authorizer,
    ["plan", kind, "", action, resourceKey],
    // What is asked is what the answer is kept under, whatever has become of the caller's objects.
    (signal) => authorizer.plan({ actions, ...JSON.parse(resourceKey) }, { signal }),
    policy,
  );
}
