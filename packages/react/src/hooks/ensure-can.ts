import { type Authorizer, AuthzError, type Check, type Decision, type Kind } from "@kinde-cerbos/core";
import { type QueryClient } from "@tanstack/react-query";
import { type CachePolicy, decisionQuery } from "../cache/decision-query.ts";
import { fetchAnswer } from "../cache/fetch-answer.ts";
import { hasPassed } from "../cache/timer.ts";
import { authorizerEnd } from "../session/authorizer-end.ts";
import { SignedOut, signedOut } from "../session/signed-out.ts";
import { sessionLoading } from "./session-loading.ts";

/** The error of {@link ensureCan} if the PDP denied the check. */
export class Forbidden extends AuthzError {
  /** The HTTP status that a server would answer: 403. */
  readonly status = 403;
  /** The decision that denied the action. */
  readonly decision: Decision;

  constructor(decision: Decision) {
    const { action, resource } = decision;
    super("forbidden", `The policy does not allow "${action}" on ${resource.kind} "${resource.id}".`);
    this.name = "Forbidden";
    this.decision = decision;
  }
}

/**
 * For a route's loader: resolves to the decision if the PDP allows the check, and throws if not. It uses a cached
 * decision while that is fresh. The page's hooks find the decision in the cache.
 *
 * @param authorizer the result of `useAuthorizer`
 * @throws Forbidden if the PDP denies the check
 * @throws AuthzError `session_loading` if there is no authorizer yet; `signed_out` if nobody is signed in; any other
 *   code if there is no answer
 */
export async function ensureCan<K extends Kind>(
  queryClient: QueryClient,
  authorizer: Authorizer | null,
  check: Check<K>,
  policy: CachePolicy = {},
): Promise<Decision> {
  if (!authorizer) throw sessionLoading();
  if (authorizer instanceof SignedOut) throw signedOut();
  // After the token has expired, do not use the cache: the authorizer refreshes the token, or says that the session is
  // over.
  const isOver = hasPassed(authorizerEnd(authorizer));
  const query = decisionQuery(authorizer, check, isOver ? { ...policy, staleTime: 0 } : policy);
  const decision = await fetchAnswer(queryClient, query);
  if (!decision.allowed) throw new Forbidden(decision);
  return decision;
}
