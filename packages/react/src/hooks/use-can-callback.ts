"use client";

import { type Check, type Kind } from "@kinde-cerbos/core";
import { useCallback } from "react";
import { type CachePolicy, decisionQuery } from "../cache/decision-query.ts";
import { fetchAnswer } from "../cache/fetch-answer.ts";
import { PermissionsContext, useProvided } from "../session/permissions-context.ts";
import { closedBy, type KindeGate } from "./kinde-gate.ts";
import { sessionLoading } from "./session-loading.ts";

/** A check, and how old its answer may be. */
export interface CanCallbackOptions<K extends Kind = Kind>
  extends Check<K>, KindeGate, Pick<CachePolicy, "staleTime"> {}

/**
 * Asks in an event handler: `if (await can({ action, resource })) …`. It resolves
 * to true when the PDP allowed it, and to false when it denied it or nobody is
 * signed in. A decision that is fresh in the cache is not asked again;
 * `staleTime: 0` asks in any case, and a request for it that is under way is given
 * up for the new one.
 *
 * What it returns rejects with an AuthzError where there is no answer, and with
 * `session_loading` before Kinde has said who the user is.
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
