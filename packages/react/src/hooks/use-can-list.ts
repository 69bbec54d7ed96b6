"use client";

import { type Resource } from "@kinde-cerbos/core";
import { useMemo } from "react";
import { type Summary, withSummary } from "./use-can-actions.ts";
import { type AskOptions, type CanResult, useDecisions } from "./use-decision.ts";

/** One action on several resources. */
export interface UseCanListOptions<Item extends Resource | string> extends AskOptions {
  readonly action: string;
  readonly resources: readonly Item[];
}

/** The resources that may be acted on. */
export interface CanListResult<Item> extends Summary {
  /** Those that the PDP allowed, in their order. None that is pending, denied or failed. */
  readonly allowed: readonly Item[];
  /** All that is known of each resource, in their order. */
  readonly results: readonly CanResult[];
}

/**
 * On which of these resources may the user do this? Asked in as few requests as
 * the PDP's limits allow.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function useCanList<const Item extends Resource | string>(
  options: UseCanListOptions<Item>,
): CanListResult<Item> {
  const { action, resources } = options;
  const decisions = useDecisions(
    resources.map((resource) => ({ action, resource })),
    options,
    "useCanList",
  );
  return useMemo(() => {
    const { results } = decisions;
    return withSummary(decisions, { allowed: resources.filter((_, at) => results[at]?.allowed), results });
  }, [decisions, resources]);
}
