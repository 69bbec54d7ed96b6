import { type Authorizer, type Check } from "@kinde-cerbos/core";
import { type CachePolicy, decisionQuery } from "@kinde-cerbos/react/source";
import { Refusal } from "@kinde-cerbos/server";
import { dehydrate, type DehydratedState, QueryClient } from "@tanstack/react-query";

/** Returns decisions for a page. Checks that fail are left out. */
export async function prefetch(
  getAuthorizer: () => Promise<Authorizer | null>,
  checks: readonly Check[],
  policy?: CachePolicy,
): Promise<DehydratedState> {
  const authorizer = await getAuthorizer().catch((error: unknown) => {
    if (error instanceof Refusal) return null;
    throw error;
  });
  const queryClient = new QueryClient();
  if (authorizer) {
    await Promise.all(checks.map((check) => queryClient.prefetchQuery(decisionQuery(authorizer, check, policy))));
  }
  return dehydrate(queryClient);
}
