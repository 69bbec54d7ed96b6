"use client";

import { AuthzError, type Kind } from "@kinde-cerbos/core";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useEffect } from "react";
import { usableOnly } from "../cache/is-usable.ts";
import { AskingContext, useProvided } from "../session/permissions-context.ts";
import { useResource } from "./resource-provider.tsx";
import { type UseCanOptions } from "./use-can.ts";
import { type CanResult, useDecisions } from "./use-decision.ts";

/** What is left when pending suspends and errors are thrown. */
export type SettledCanResult = Extract<CanResult, { status: "allowed" | "denied" }>;

/**
 * As `useCan`, for Suspense: suspends while pending, and throws an error to the
 * nearest error boundary. A boundary that is reset through react-query's
 * `QueryErrorResetBoundary` asks again. Checks with a boundary each are asked together.
 * Of several below one boundary, React 19 renders the first alone and the others
 * once the fallback is there: two requests or more, none of which waits for another.
 *
 * On a server it leaves the boundary to the browser: Kinde's session is there.
 *
 * @throws AuthzError of any code
 */
export function useSuspenseCan<K extends Kind>(options: Omit<UseCanOptions<K>, "enabled">): SettledCanResult {
  const asking = useProvided(AskingContext, "useSuspenseCan");
  const boundary = useQueryErrorResetBoundary();
  const resource = useResource(options, "useSuspenseCan");
  const {
    results: [result],
    queries,
  } = useDecisions([{ action: options.action, resource }], options, "useSuspenseCan");
  useEffect(() => boundary.clearReset());
  if (result.status === "allowed" || result.status === "denied") return result;
  if (result.status === "error" && (asking.error || !boundary.isReset())) throw result.error;
  if (typeof window === "undefined") throw leftToBrowser();
  // React renders again once it settles. A failure is in the cache by then, and thrown: one reset is for one
  // request, as what suspends has no effects, and would ask a PDP that is down again and again.
  if (!asking.current()) throw asking.replaced.promise;
  throw Promise.all(queries.map((query) => asking.queryClient.prefetchQuery(usableOnly(query)))).then(() =>
    boundary.clearReset(),
  );
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
