"use client";

import { type Kind, type SharedActionOf } from "@kinde-cerbos/core";
import { useMemo } from "react";
import { type OnResource, useResource } from "./resource-provider.tsx";
import { type AskOptions, type CanResult, type Decisions, useDecisions } from "./use-decision.ts";

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
  /** Whether any is being asked. Who reads it renders when it changes. */
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
  const { actions } = options;
  const decisions = useDecisions(
    actions.map((action) => ({ action, resource })),
    options,
    "useCanActions",
  );
  const names = JSON.stringify(actions);
  return useMemo(() => {
    const of = <Value>(value: (result: CanResult) => Value): { readonly [action in Action]: Value } =>
      // Without a prototype: an action that was not asked about, such as "toString", is not there either.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- there is a result for each action, in their order
      Object.assign(
        Object.create(null),
        Object.fromEntries(decisions.results.map((result, at) => [actions[at], value(result)])),
      ) as { [action in Action]: Value };
    return withSummary(decisions, { allowed: of(({ allowed }) => allowed), results: of((result) => result) });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- equal names are the same actions
  }, [decisions, names]);
}

/** Adds where all of them stand. */
export function withSummary<Rest extends object>(decisions: Decisions, rest: Rest): Rest & Summary {
  const { results, refetch } = decisions;
  const isPending = results.some((result) => result.isPending);
  const hasFailed = results.some(({ status }) => status === "error");
  return {
    ...rest,
    status: isPending ? "pending" : hasFailed ? "error" : "settled",
    isPending,
    error: results.find(({ error }) => error !== null)?.error ?? null,
    refetch,
    get isFetching() {
      return decisions.isFetching;
    },
  };
}
