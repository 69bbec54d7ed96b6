"use client";

import { type Kind, type SharedActionOf } from "@kinde-cerbos/core";
import { useMemo } from "react";
import { type OnResource, useResource } from "./resource-provider.tsx";
import { type CheckHookOptions, type CanResult, useDecisions } from "./use-decision.ts";
import { useStableValue } from "./use-stable-value.ts";

/** Options of {@link useCanActions}: several actions on one resource. */
export interface UseCanActionsOptions<Action extends SharedActionOf<K>, K extends Kind = Kind>
  extends OnResource<K>, CheckHookOptions {
  /** The actions to check. */
  readonly actions: readonly Action[];
}

/** The summary of several checks: `status` is `pending` while any check is pending, otherwise `error` if any failed. */
export interface Summary {
  /** `pending` while any check is pending, otherwise `error` if any failed, otherwise `settled`. */
  readonly status: "pending" | "settled" | "error";
  /** Whether any check is pending: `status` is `pending`. */
  readonly isPending: boolean;
  /** The error of the first check that has one. */
  readonly error: Error | null;
  /** Whether any check is being requested. */
  readonly isFetching: boolean;
  /** Requests all of them again. Resolves once the answers have arrived. */
  readonly refetch: () => Promise<void>;
}

/** The result of {@link useCanActions}. */
export interface CanActionsResult<Action extends string> extends Summary {
  /** `allowed.edit` is `true` if the PDP allowed it, and in no other case. */
  readonly allowed: { readonly [action in Action]: boolean };
  /** The full result of each action. */
  readonly results: { readonly [action in Action]: CanResult };
}

/**
 * Checks several actions on one resource, as one entry of one request.
 *
 * @throws AuthzError `no_provider`, as `useCan`
 */
export function useCanActions<const Action extends SharedActionOf<K>, K extends Kind = Kind>(
  options: UseCanActionsOptions<Action, K>,
): CanActionsResult<Action> {
  const resource = useResource(options, "useCanActions");
  const actions = useStableValue(options.actions);
  const { results, refetch } = useDecisions(
    actions.map((action) => ({ action, resource })),
    options,
    "useCanActions",
  );
  const allowed = useStableValue(
    useMemo(() => byAction(actions, results, ({ allowed: is }) => is), [actions, results]),
  );
  return useMemo(
    () => summaryOf(results, refetch, { allowed, results: byAction(actions, results, (result) => result) }),
    [actions, results, refetch, allowed],
  );
}

/** A value of each action's result. Without a prototype: "toString" is there only if it is one of the actions. */
function byAction<Action extends string, Value>(
  actions: readonly Action[],
  results: readonly CanResult[],
  valueOf: (result: CanResult) => Value,
): { readonly [action in Action]: Value } {
  const entries = results.map((result, at) => [actions[at], valueOf(result)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- there is a result for each action, in their order
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as { [action in Action]: Value };
}

/** Adds where all of them stand. */
export function summaryOf<Rest extends object>(
  results: readonly CanResult[],
  refetch: () => Promise<void>,
  rest: Rest,
): Rest & Summary {
  const isPending = results.some((result) => result.isPending);
  const hasFailed = results.some(({ status }) => status === "error");
  return {
    ...rest,
    status: isPending ? "pending" : hasFailed ? "error" : "settled",
    isPending,
    error: results.find(({ error }) => error !== null)?.error ?? null,
    isFetching: results.some(({ isFetching }) => isFetching),
    refetch,
  };
}
