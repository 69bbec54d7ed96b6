"use client";

import { type Authorizer, type Plan, type PlanQuery, preparePlanQuery, type PreparedPlanQuery } from "@kinde-cerbos/core";
import { useMemo } from "react";

import { type AnswerQuery, answerQuery, type CachePolicy } from "./decision-query.ts";
import { AskingContext, useProvided } from "./permissions-context.ts";
import { type Observed, useObserved } from "./use-observed.ts";

/** What is planned, whether to ask it now, and how long the answer is good. */
export type UsePlanOptions = PlanQuery &
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
      readonly error: null;
    }
  | {
      readonly status: "settled";
      readonly isPending: false;
      /** `ALWAYS_ALLOWED`, `ALWAYS_DENIED` or `CONDITIONAL`; then `plan.condition` says which. */
      readonly kind: Plan["kind"];
      /** For `matchesPlan`. */
      readonly plan: Plan;
      /** Why it could not be asked again; the plan is shown until it is too old. */
      readonly error: Error | null;
    }
  | {
      readonly status: "error";
      readonly isPending: false;
      readonly kind: null;
      readonly plan: null;
      readonly error: Error;
    }
);

/**
 * Returns which resources of a kind the user may act on, before any is loaded. With
 * `actions`, all of them must be allowed. Test a resource against the plan with core's `matchesPlan`.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function usePlan(options: UsePlanOptions): PlanResult {
  const asking = useProvided(AskingContext, "usePlan");
  const observed = useObserved(asking, [options], PLANS, options);
  return useMemo(() => resultOf(observed), [observed]);
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

function resultOf({ seen: [one], reads, refetch }: Observed<Plan>): PlanResult {
  if (!one) throw new Error("There is an answer for each plan.");
  const status = one.data ? "settled" : one.error ? "error" : "pending";
  const result = {
    status,
    isPending: status === "pending",
    kind: one.data?.kind ?? null,
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
    authorizer.session,
    ["plan", kind, "", action, resourceKey],
    // What is asked is what the answer is kept under, whatever has become of the caller's objects.
    (signal) => authorizer.plan({ actions, ...JSON.parse(resourceKey) }, { signal }),
    policy,
  );
}
