import { type Check, createAuthorizer, type Session } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { decisionQuery } from "@kinde-cerbos/react/source";
import { dehydrate, type DehydratedState, QueryClient } from "@tanstack/react-query";
import { authz } from "./settings.ts";

const pdp = createFetchPdp(authz.pdp);

/**
 * Prefetches the decisions of a page, for a `<HydrationBoundary>` around it, so that the page sends no request for
 * them.
 */
export async function prefetch(session: Session, checks: readonly Check[]): Promise<DehydratedState> {
  const queryClient = new QueryClient();
  // The cache key contains the PDP's name, which for a page is the path of its `pdp`.
  const authorizer = createAuthorizer({ pdp, pdpName: "/authz", session });
  // If a check fails, the browser sends it again.
  await Promise.all(checks.map((check) => queryClient.prefetchQuery(decisionQuery(authorizer, check))));
  authorizer.dispose();
  return dehydrate(queryClient);
}
