"use client";

import { AuthzError, type Kind, type Plan, type PlanQuery, preparePlanQuery } from "@kinde-cerbos/core";
import { useMemo } from "react";
import { type View } from "../cache/answer-view.ts";
import { answerQuery, type CachePolicy } from "../cache/decision-query.ts";
import { PermissionsContext, useProvided } from "../session/permissions-context.ts";
import { SignedOut } from "../session/signed-out.ts";
import { AnswerType, nothingToRefetch } from "./answer-type.ts";
import { useAnswers } from "./use-answers.ts";
import { onlyOf } from "./use-can.ts";

/** Options of {@link usePlan}: the query, whether to send it now, and the cache times. */
export type UsePlanOptions<K extends Kind = Kind> = PlanQuery<K> &
  CachePolicy & {
    /** With `false`, nothing is sent and the plan stays pending. Default: true. */
    readonly enabled?: boolean | undefined;
  };

/** The result of {@link usePlan}. */
export type PlanResult = {
  /** Sends a new request and resolves with its answer. It does not reuse a request in flight. */
  readonly refetch: () => Promise<void>;
  /** Whether a request is in flight. If a plan is already shown, it becomes `true` only after 100 ms. */
  readonly isFetching: boolean;
} & (
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
      /** `ALWAYS_ALLOWED`, `ALWAYS_DENIED` or `CONDITIONAL`, with the condition in `plan.condition`. */
      readonly kind: Plan["kind"];
      /** The plan, for `matchesPlan`. */
      readonly plan: Plan;
      /** `signed_out` if nobody is signed in: nothing was sent, `kind` is `ALWAYS_DENIED`, `plan.callId` is empty. */
      readonly reason: "signed_out" | null;
      /** The error of the last refetch, or `null`. The plan is shown until it is `maxAge` old. */
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
  const permissions = useProvided(PermissionsContext, "usePlan");
  const denied = useDenied(permissions.authorizer instanceof SignedOut && options.enabled !== false ? options : null);
  return onlyOf(useAnswers(permissions, [options], PLANS, options, denied).results);
}

/** The result of a query that is not sent, which allows nothing; `null` if it is sent. */
function useDenied(query: PlanQuery | null): PlanResult | null {
  const key = query && keyOf(query);
  return useMemo(() => {
    if (query === null) return null;
    try {
      const { actions, resource } = preparePlanQuery(query);
      const { kind: resourceKind, ...given } = resource;
      const none = { validationErrors: [], callId: "" };
      const plan = { kind: "ALWAYS_DENIED", actions, resourceKind, ...given, ...none } as const;
      return resultOf({ data: plan, error: null, isFetching: false }, nothingToRefetch, "signed_out");
    } catch (error) {
      if (!(error instanceof AuthzError)) throw error;
      return PLANS.unasked(error);
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- equal queries have the same key
  }, [key]);
}

/** A text that only equal queries share; for an invalid query, its error. */
function keyOf(query: PlanQuery): string {
  try {
    const { actions, resourceKey } = preparePlanQuery(query);
    return JSON.stringify(actions) + resourceKey;
  } catch (error) {
    return String(error);
  }
}

const PLANS = /* @__PURE__ */ new AnswerType<PlanQuery, Plan, PlanResult>({
  placeOf: keyOf,
  prepare(query, authorizer, policy) {
    const { actions, resource, resourceKey } = preparePlanQuery(query);
    const key = keyOf(query);
    const planned = answerQuery(
      authorizer,
      ["plan", resource.kind, "", JSON.stringify(actions), resourceKey],
      // From the key, so that the query that is sent and the cached one are equal, even if the caller changes its
      // objects.
      (signal) => authorizer.plan({ actions, ...JSON.parse(resourceKey) }, { signal }),
      policy,
    );
    return { query: planned, isSame: (other) => keyOf(other) === key };
  },
  resultOf: (view, refetch) => resultOf(view, refetch, null),
});

function resultOf(
  { data, error, isFetching }: View<Plan>,
  refetch: () => Promise<void>,
  reason: "signed_out" | null,
): PlanResult {
  const common = { isPending: false, isFetching, kind: null, plan: null, reason: null, error, refetch } as const;
  if (data) return { ...common, status: "settled", kind: data.kind, plan: data, reason };
  if (error) return { ...common, status: "error", error };
  return { ...common, status: "pending", isPending: true, error: null };
}
