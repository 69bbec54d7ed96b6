"use client";

import { AuthzError, type Kind, prepareCheck } from "@kinde-cerbos/core";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useEffect } from "react";
import { waitsOf } from "../cache/suspense-waits.ts";
import { type PermissionsValue, PermissionsContext, useProvided } from "../session/permissions-context.ts";
import { useResource } from "./resource-provider.tsx";
import { onlyOf, type UseCanOptions } from "./use-can.ts";
import { answerToCheck, type CanResult, useDecisions } from "./use-decision.ts";

/** The result of {@link useSuspenseCan}: allowed or denied, because pending suspends and an error is thrown. */
export type SettledCanResult = Extract<CanResult, { status: "allowed" | "denied" }>;

/**
 * Like `useCan`, for Suspense: suspends while pending, and throws errors to the nearest error boundary. Resetting the
 * boundary through react-query's `QueryErrorResetBoundary` sends the check again. Checks that suspend in one render of
 * the page are sent together, in one boundary or several.
 *
 * On a server it returns a prefetched decision if the source has the session there. Otherwise the HTML has the
 * fallback of the boundary, and the browser renders its content.
 *
 * @throws AuthzError of any code
 */
export function useSuspenseCan<K extends Kind>(options: Omit<UseCanOptions<K>, "enabled">): SettledCanResult {
  const permissions = useProvided(PermissionsContext, "useSuspenseCan");
  permissions.store.waits?.onRender();
  const boundary = useQueryErrorResetBoundary();
  const resource = useResource(options, "useSuspenseCan");
  const check = { action: options.action, resource };
  const result = onlyOf(useDecisions([check], options, "useSuspenseCan").results);
  useEffect(() => boundary.clearReset());
  if (result.status === "allowed" || result.status === "denied") return result;
  if (result.status === "error" && (permissions.error || !boundary.isReset())) throw result.error;
  if (typeof window === "undefined") throw leftToBrowser();
  const waitWith = (now: PermissionsValue): Promise<void> | null => {
    const answer = answerToCheck(now, check, options);
    return answer && waitsOf(now.store).waitFor(answer, now.replaced.promise);
  };
  if (!permissions.current()) {
    const key = options.action + prepareCheck(check).resourceKey;
    const { answered } = permissions.suspended.get(key) ?? { answered: Promise.withResolvers<unknown>() };
    // A server may have asked it already.
    const ask = (next: PermissionsValue) => answerToCheck(next, check, options)?.latest().isPending && waitWith(next);
    permissions.suspended.set(key, { ask, answered });
    throw answered.promise;
  }
  // React renders again once it settles. A failure is in the cache by then, and thrown: one reset is for one
  // request, as what suspends has no effects, and would ask a PDP that is down again and again.
  throw (waitWith(permissions) ?? permissions.replaced.promise).then(() => boundary.clearReset());
}

/**
 * The error that leaves a boundary to the browser. React reports it to the app on the server, and by its digest in the
 * browser.
 */
function leftToBrowser(): AuthzError {
  const error = new AuthzError(
    "session_loading",
    "The Kinde session is in the browser: this boundary is rendered there.",
  );
  // By this digest, Next.js knows that it is not a fault, and does not log it.
  return Object.assign(error, { digest: "BAILOUT_TO_CLIENT_SIDE_RENDERING" });
}
