"use client";

import { type AttributesOf, type Kind, type Resource, type SharedActionOf } from "@kinde-cerbos/core";
import { useMemo } from "react";
import { type Summary, summaryOf } from "./use-can-actions.ts";
import { type CheckHookOptions, type CanResult, useDecisions } from "./use-decision.ts";
import { isEqualJson, useStableValue } from "./use-stable-value.ts";

/** A resource of any kind, with the attributes of its kind. */
type AnyResource = { readonly [K in Kind]: Resource<K> }[Kind];

/** The kind of a resource, or of a kind by its name. */
type KindOf<Item> = Item extends { readonly kind: infer K extends Kind } ? K : Item extends Kind ? Item : never;

/** Requires that an item has only attributes of its kind. */
type Exact<Item> = string extends Kind ? Item : Item & NoOthers<Item>;

type NoOthers<Item> = Item extends { readonly kind: infer K extends Kind; readonly attr: infer Given }
  ? { readonly attr: { readonly [Name in Exclude<keyof Given, NameOf<K>>]: never } }
  : unknown;

type NameOf<K extends Kind> = K extends Kind ? keyof AttributesOf<K> : never;

/** Options of {@link useCanList}: one action on several resources. */
export interface UseCanListOptions<
  Item extends AnyResource | Kind,
  K extends Kind = KindOf<Item>,
> extends CheckHookOptions {
  /** The action, which each kind in the list must have. */
  readonly action: NoInfer<SharedActionOf<K>>;
  /** The resources to check, in any order and of any kinds. */
  readonly resources: readonly Exact<Item>[];
}

/** The result of {@link useCanList}. */
export interface CanListResult<Item> extends Summary {
  /** The allowed resources, in their order. Pending, denied and failed ones are not included. */
  readonly allowed: readonly Item[];
  /** The full result of each resource, in their order. */
  readonly results: readonly CanResult[];
}

/**
 * Checks one action on several resources, in as few requests as the PDP's limits allow, and returns the allowed ones.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function useCanList<const Item extends AnyResource | Kind, K extends Kind = KindOf<Item>>(
  options: UseCanListOptions<Item, K>,
): CanListResult<Item> {
  const { action } = options;
  const { results, refetch } = useDecisions(
    options.resources.map((resource) => ({ action, resource })),
    options,
    "useCanList",
  );
  const resources = useStableValue(options.resources, isEqualJson);
  const all = useMemo(() => resources.filter((_, at) => results[at]?.allowed), [results, resources]);
  const allowed = useStableValue(all, isEqualJson);
  return useMemo(() => summaryOf(results, refetch, { allowed, results }), [results, refetch, allowed]);
}
