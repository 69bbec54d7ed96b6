"use client";

import { type Kind, type SharedActionOf } from "@kinde-cerbos/core";
import { useMemo } from "react";
import { type OnResource, useResource } from "./resource-provider.tsx";
import { type AskOptions, type CanResult, useDecisions } from "./use-decision.ts";
import { useStableValue } from "./use-stable-value.ts";

/** Several actions on one resource. */
export interface UseCanActionsOptions<Action extends SharedActionOf<K>, K extends Kind = Kind>
  extends OnResource<K>, AskOptions {
  readonly actions: readonly Action[];
}

/** Where all of several checks stand: `pending` while any is, else `error` where any failed. */
export interface Summary {
  readonly status: "pending" | "settled" | "error";
  readonly isPending: boolean;
  /** Of the first check that has one. */
  readonly error: Error | null;
  /** Whether `isFetching` of any is true. */
  readonly isFetching: boolean;
  /** Asks all of them again, and settles once there are answers. */
  readonly refetch: () => Promise<void>;
}

/** The answers to several actions. */
export interface CanActionsResult<Action extends string> extends Summary {
  /** `allowed.edit` is true when the PDP allowed it, and in no other case. */
  readonly allowed: { readonly [action in Action]: boolean };
  /** All that is known of each action. */
  readonly results: { readonly [action in Action]: CanResult };
}

/**
 * Which of several actions may the user do on one resource? One entry of one
 * request, however many they are.
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
