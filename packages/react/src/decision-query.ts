import { type Authorizer, type Check, type Decision, prepareCheck } from "@kinde-cerbos/core";
import { queryOptions, type UseQueryOptions } from "@tanstack/react-query";

/** First part of every query key of ours. Nothing else in the app's cache is ever touched. */
export const KEY_PREFIX = "kinde-cerbos";

/** A decision is not asked again within this time, in ms. */
const FRESH_MS = 30_000;
/** A decision that nothing shows is kept this long, in ms. */
const KEPT_MS = 5 * 60_000;

/** Where a decision is kept: under its session first, so that no other session finds it. */
export type DecisionKey = readonly [
  prefix: typeof KEY_PREFIX,
  sessionId: string,
  what: "decision",
  kind: string,
  id: string,
  action: string,
  resource: string,
];

/** Options of react-query for one decision. */
export type DecisionQuery = UseQueryOptions<Decision, Error, Decision, DecisionKey>;

/**
 * The react-query options of one check: key, function and cache policy. Also for
 * `ensureQueryData` in a route's loader.
 *
 * Fresh for 30 s, kept unused for 5 min.
 *
 * @throws AuthzError `invalid_check`
 */
export function decisionQuery(authorizer: Authorizer, check: Check): DecisionQuery {
  const { action, resource, resourceKey } = prepareCheck(check);
  const key: DecisionKey = [
    KEY_PREFIX,
    authorizer.session.id,
    "decision",
    resource.kind,
    resource.id,
    action,
    resourceKey,
  ];
  return queryOptions({
    queryKey: key,
    // The resource comes back from its key: what is asked is what the answer is kept under,
    // whatever has become of the caller's object.
    queryFn: ({ signal }) => authorizer.check({ action, resource: JSON.parse(resourceKey) }, { signal }),
    staleTime: FRESH_MS,
    gcTime: KEPT_MS,
    // The authorizer knows which faults pass; a retry here would repeat a refusal.
    retry: false,
    // Whatever the app's defaults are: an error is a result, and the answer to another check is none.
    throwOnError: false,
    placeholderData: () => undefined,
  });
}
