"use client";

import { AuthzError, type Kind, prepareCheck } from "@kinde-cerbos/core";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useEffect } from "react";
import { waitsOf } from "../cache/suspense-waits.ts";
import { type Asking, AskingContext, useProvided } from "../session/permissions-context.ts";
import { useResource } from "./resource-provider.tsx";
import { onlyOf, type UseCanOptions } from "./use-can.ts";
import { answerToCheck, type CanResult, useDecisions } from "./use-decision.ts";

/** What is left when pending suspends and errors are thrown. */
export type SettledCanResult = Extract<CanResult, { status: "allowed" | "denied" }>;

/**
 * As `useCan`, for Suspense: suspends while pending, and throws an error to the
 * nearest error boundary. A boundary that is reset through react-query's
 * `QueryErrorResetBoundary` asks again. All checks that suspend in one render of the
 * page are asked together, below one boundary or several.
 *
 * On a server it leaves the boundary to the browser: Kinde's session is there.
 *
 * @throws AuthzError of any code
 */
export function useSuspenseCan<K extends Kind>(options: Omit<UseCanOptions<K>, "enabled">): SettledCanResult {
  const asking = useProvided(AskingContext, "useSuspenseCan");
  asking.store.waits?.onRender();
  const boundary = useQueryErrorResetBoundary();
  const resource = useResource(options, "useSuspenseCan");
  const check = { action: options.action, resource };
  const result = onlyOf(useDecisions([check], options, "useSuspenseCan").results);
  useEffect(() => boundary.clearReset());
  if (result.status === "allowed" || result.status === "denied") return result;
  if (result.status === "error" && (asking.error || !boundary.isReset())) throw result.error;
  if (typeof window === "undefined") throw leftToBrowser();
  const waitWith = (now: Asking): Promise<void> | null => {
    const answer = answerToCheck(now, check, options);
    return answer && waitsOf(now.store).waitFor(answer, now.replaced.promise);
  };
  if (!asking.current()) {
    const key = options.action + prepareCheck(check).resourceKey;
    const { answered } = asking.suspended.get(key) ?? { answered: Promise.withResolvers<unknown>() };
    // A server may have asked it already.
    const ask = (next: Asking) => answerToCheck(next, check, options)?.latest().isPending && waitWith(next);
    asking.suspended.set(key, { ask, answered });
    throw answered.promise;
  }
  // React renders again once it settles. A failure is in the cache by then, and thrown: one reset is for one
  // request, as what suspends has no effects, and would ask a PDP that is down again and again.
  throw (waitWith(asking) ?? asking.replaced.promise).then(() => boundary.clearReset());
}

/** Ends a boundary on a server. React tells the app of it there, and by its digest in the browser. */
function leftToBrowser(): AuthzError {
  const error = new AuthzError(
    "session_loading",
    "The Kinde session is in the browser: this boundary is rendered there.",
  );
  // Next.js knows by it what is no fault, and leaves it out of its logs.
  return Object.assign(error, { digest: "BAILOUT_TO_CLIENT_SIDE_RENDERING" });
}
