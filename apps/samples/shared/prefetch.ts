import { type Check, createAuthorizer, type Session } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { decisionQuery } from "@kinde-cerbos/react/source";
import { dehydrate, type DehydratedState, QueryClient } from "@tanstack/react-query";
import { authz } from "./settings.ts";

const pdp = createFetchPdp(authz.pdp);

/** Makes the decisions that a page will need, for `<HydrationBoundary>` around it: the page then sends nothing. */
export async function prefetch(session: Session, checks: readonly Check[]): Promise<DehydratedState> {
  const queryClient = new QueryClient();
  // The page's PDP is named after the path of its address, and decisions are cached by that name.
  const authorizer = createAuthorizer({ pdp, pdpName: "/authz", session });
  // If one fails, the browser checks again.
  await Promise.all(checks.map((check) => queryClient.prefetchQuery(decisionQuery(authorizer, check))));
  authorizer.dispose();
  return dehydrate(queryClient);
}
