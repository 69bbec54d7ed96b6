"use client";

import { type Kind, type SharedActionOf } from "@kinde-cerbos/core";
import { type OnResource, useResource } from "./resource-provider.tsx";
import { type CheckHookOptions, type CanResult, useDecisions } from "./use-decision.ts";

/**
 * Options of {@link useCan}: a check, whether to send it now, what the user must also have in Kinde, and the cache
 * times.
 */
export interface UseCanOptions<K extends Kind = Kind> extends OnResource<K>, CheckHookOptions {
  /** The action. If the resource can be of several kinds, one that each of them has. */
  readonly action: SharedActionOf<K>;
}

/**
 * Checks whether the user may do an action on a resource. The check is sent to the Cerbos PDP with the Kinde token,
 * together with all other checks of the page.
 *
 * `allowed` is a strict boolean: `false` while pending, on an error, without a session, and for anything but an ALLOW.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider, or without a resource and a ResourceProvider
 */
export function useCan<K extends Kind>(options: UseCanOptions<K>): CanResult {
  const resource = useResource(options, "useCan");
  const { results } = useDecisions([{ action: options.action, resource }], options, "useCan");
  return onlyOf(results);
}

/** The result of a hook with one check. */
export function onlyOf<Result>([only]: readonly Result[]): Result {
  if (!only) throw new Error("There is a result for each check.");
  return only;
}
