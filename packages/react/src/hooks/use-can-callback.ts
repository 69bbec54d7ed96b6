"use client";

import { type Check, type Kind } from "@kinde-cerbos/core";
import { useCallback } from "react";
import { type CachePolicy, decisionQuery } from "../cache/decision-query.ts";
import { fetchAnswer } from "../cache/fetch-answer.ts";
import { PermissionsContext, useProvided } from "../session/permissions-context.ts";
import { closedBy, type KindeGate } from "./kinde-gate.ts";
import { sessionLoading } from "./session-loading.ts";

/** A check, and how long its decision is fresh. */
export interface CanCallbackOptions<K extends Kind = Kind>
  extends Check<K>, KindeGate, Pick<CachePolicy, "staleTime"> {}

/**
 * Returns a function for event handlers: `if (await can({ action, resource })) …`. It resolves to `true` if the PDP
 * allowed the check, and to `false` if it denied it or nobody is signed in. It uses a cached decision while that is
 * fresh. With `staleTime: 0` it always sends a new request, and cancels one in flight for the same check.
 *
 * The function rejects with an AuthzError if there is no answer: while the browser is offline, too.
 *
 * @throws AuthzError `no_provider` outside of PermissionsProvider
 */
export function useCanCallback(): <K extends Kind>(options: CanCallbackOptions<K>) => Promise<boolean> {
  const permissions = useProvided(PermissionsContext, "useCanCallback");
  return useCallback(
    async ({ action, resource, staleTime = permissions.policy.staleTime, ...gate }) => {
      const { error, policy, queryClient, current } = permissions;
      const authorizer = current();
      if (!authorizer) throw error ?? sessionLoading();
      if (closedBy(authorizer, gate)) return false;
      const query = decisionQuery(authorizer, { action, resource }, { ...policy, staleTime });
      const { allowed } = await fetchAnswer(queryClient, query);
      // The answer came for the session that asked. Another one may be there by now.
      if (!current()) throw sessionLoading();
      return allowed;
    },
    [permissions],
  );
}
