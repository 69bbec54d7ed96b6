import { type Authorizer, type Check, createAuthorizer } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { decisionQuery } from "@kinde-cerbos/react/source";
import { createEnforcer } from "@kinde-cerbos/server";
import { getKindeServerSession } from "@kinde-oss/kinde-auth-nextjs/server";
import { dehydrate, type DehydratedState, QueryClient } from "@tanstack/react-query";
import { headers } from "next/headers";
import { connection } from "next/server";
import { cache } from "react";

export const settings = {
  issuer: process.env.KINDE_ISSUER_URL ?? "",
  clientId: process.env.KINDE_CLIENT_ID ?? "",
  pdp: process.env.CERBOS_PDP_URL ?? "",
};

/** The token of Kinde's session cookie, not verified yet. */
export const tokenOf = (): Promise<string | null> | null => getKindeServerSession().getAccessTokenRaw();

const enforcer = createEnforcer({ ...settings, tokenOf });
const pdp = createFetchPdp(settings.pdp);

const requestOf = cache(async () => {
  // Whether a token has ended depends on the time, which no page that is built in advance may read.
  await connection();
  return { headers: await headers() };
});

/** The authorizer of the user who is signed in. Throws a `Refusal` if nobody is. */
export const getAuthorizer = cache(async (): Promise<Authorizer> => {
  const session = await enforcer.identify(await requestOf());
  return createAuthorizer({ pdp, pdpName: "/authz", session });
});

/** Throws a `Refusal` unless the user may do this. */
export async function requireAllowed(check: Check): Promise<void> {
  await enforcer.requireAllowed(await requestOf(), check);
}

/** Decides what the page will ask, so that the browser need not. No token is in it. */
export async function prefetchDecisions(checks: readonly Check[]): Promise<DehydratedState> {
  const queryClient = new QueryClient();
  const authorizer = await getAuthorizer();
  await Promise.all(checks.map((check) => queryClient.prefetchQuery(decisionQuery(authorizer, check))));
  return dehydrate(queryClient);
}
