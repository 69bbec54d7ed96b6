import { type Authorizer, AuthzError, type Check, type Decision, type Kind } from "@kinde-cerbos/core";
import { type QueryClient } from "@tanstack/react-query";
import { type CachePolicy, decisionQuery } from "../cache/decision-query.ts";
import { fetchAnswer } from "../cache/fetch-answer.ts";
import { hasPassed } from "../cache/timer.ts";
import { authorizerEnd } from "../session/authorizer-end.ts";
import { SignedOut, signedOut } from "../session/signed-out.ts";
import { sessionLoading } from "./session-loading.ts";

/** The PDP denied what a route needs. */
export class Forbidden extends AuthzError {
  /** What a server would answer: 403. */
  readonly status = 403;
  readonly decision: Decision;

  constructor(decision: Decision) {
    const { action, resource } = decision;
    super("forbidden", `The policy does not allow "${action}" on ${resource.kind} "${resource.id}".`);
    this.name = "Forbidden";
    this.decision = decision;
  }
}

/**
 * For a route's loader: resolves to the decision where the PDP allows the check.
 * A decision that is fresh in the cache is not asked again, and the page's hooks
 * find the one that was asked here.
 *
 * @param authorizer as `useAuthorizer` gives it
 * @throws Forbidden where the PDP denies it
 * @throws AuthzError `session_loading` where there is no authorizer yet; `signed_out` if nobody is signed in; any code
 *   where there is no answer
 */
export async function ensureCan<K extends Kind>(
  queryClient: QueryClient,
  authorizer: Authorizer | null,
  check: Check<K>,
  policy: CachePolicy = {},
): Promise<Decision> {
  if (!authorizer) throw sessionLoading();
  if (authorizer instanceof SignedOut) throw signedOut();
  // Past the end of the token the cache is not enough: the authorizer refreshes it, or says that the session is over.
  const isOver = hasPassed(authorizerEnd(authorizer));
  const query = decisionQuery(authorizer, check, isOver ? { ...policy, staleTime: 0 } : policy);
  const decision = await fetchAnswer(queryClient, query);
  if (!decision.allowed) throw new Forbidden(decision);
  return decision;
}
