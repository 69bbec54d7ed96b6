import { type ActionOf, type Authorizer, type Check, type Decision, type Kind, prepareCheck } from "@kinde-cerbos/core";
import { requireOption } from "@kinde-cerbos/core/internal";
import { type Query, type QueryClient, type QueryFilters, type UseQueryOptions } from "@tanstack/react-query";
import { ownerOf } from "./cache-owner.ts";

/** The first part of all our query keys. No other queries in the app's cache are touched. */
export const KEY_PREFIX = "kinde-cerbos";

/** The query key of a decision or a plan. The session is first, so that no other session finds it. */
export type AnswerKey = readonly [
  prefix: typeof KEY_PREFIX,
  sessionId: string,
  ...question: Question,
  pdpName: PdpName,
];

/** The middle of a query key: what was requested. */
type Question = readonly [
  what: "decision" | "plan",
  kind: string,
  /** The resource's id; empty for a plan. */
  id: string,
  /** The action; for a plan, the JSON of all its actions. */
  action: string,
  /** Canonical JSON of the whole resource. */
  resource: string,
];

/** The last part of a query key: the authorizer's `pdpName`, which separates two PDPs with different policies. */
type PdpName = string;

/** The react-query options for one decision or plan. */
export type AnswerQuery<Data> = UseQueryOptions<Data, Error, Data, AnswerKey>;

/** The react-query options for one decision. */
export type DecisionQuery = AnswerQuery<Decision>;

/** How long a decision is fresh, shown and cached. */
export interface CachePolicy {
  /** How long a decision is fresh and is not requested again, in ms, 0 or more. Default: 30 000. */
  readonly staleTime?: number | undefined;
  /**
   * How long a decision stays in the cache after the last component that uses it unmounts, in ms, 0 or more. Default:
   * 300 000; on a server, as long as the cache exists.
   */
  readonly gcTime?: number | undefined;
  /**
   * How long a decision is shown at most after the PDP made it, in ms, more than 0. Without a newer one by then, the
   * check is not allowed: it is pending, or an error if the request failed. Default: 300 000.
   */
  readonly maxAge?: number | undefined;
}

/** The defaults of {@link CachePolicy}. */
export const CACHE_POLICY = { staleTime: 30_000, gcTime: 300_000, maxAge: 300_000 } as const;

/** A cache policy with all its times. */
export type WholePolicy = { readonly [name in keyof Required<CachePolicy>]: number };

/** A cache policy with the missing times taken from another one. Returns that one itself if nothing differs. */
export function policyOf(
  base: WholePolicy,
  { staleTime = base.staleTime, gcTime = base.gcTime, maxAge = base.maxAge }: CachePolicy,
): WholePolicy {
  const isBase = staleTime === base.staleTime && gcTime === base.gcTime && maxAge === base.maxAge;
  return isBase ? base : { staleTime, gcTime, maxAge };
}

/**
 * Returns the react-query options of one check: key, function and cache times. Also for a route's loader.
 *
 * @throws AuthzError `invalid_check`; `invalid_option` if a time is not a number or out of its range
 */
export function decisionQuery<K extends Kind>(
  authorizer: Authorizer,
  check: Check<K>,
  policy: CachePolicy = {},
): DecisionQuery {
  // Prepared: the check that is sent and the one in the key are equal, even if the caller changes its object.
  const prepared = prepareCheck(check);
  const { action, resource, resourceKey } = prepared;
  return answerQuery(
    authorizer,
    ["decision", resource.kind, resource.id, action, resourceKey],
    (signal) => authorizer.check(prepared, { signal }),
    policy,
  );
}

/** Returns the react-query options of one decision or plan. */
export function answerQuery<Data>(
  { session, pdpName }: Authorizer,
  question: Question,
  ask: (signal: AbortSignal) => Promise<Data>,
  policy: CachePolicy,
): AnswerQuery<Data> {
  // A server's cache goes with its request: a timer would keep it, and the process, for as long.
  const defaults = typeof window === "undefined" ? { ...CACHE_POLICY, gcTime: Infinity } : CACHE_POLICY;
  const { staleTime, gcTime, maxAge } = policyOf(defaults, policy);
  // A maxAge of 0 would request the decision again without end.
  requireOption(
    maxAge > 0 && [staleTime, gcTime, maxAge].every((ms) => typeof ms === "number" && ms >= 0),
    "staleTime, gcTime and maxAge must be numbers of milliseconds, and maxAge more than 0",
  );
  return {
    queryKey: [KEY_PREFIX, session.id, ...question, pdpName],
    queryFn: ({ signal }) => ask(signal),
    // A decision too old to be shown is not fresh either.
    staleTime: Math.min(staleTime, maxAge),
    gcTime,
    meta: { [KEY_PREFIX]: ownerOf(session) },
    // The authorizer knows which faults pass; a retry here would repeat a refusal.
    retry: false,
    // Against the app's defaults: an error is a result, and a decision is only the PDP's answer to this check.
    throwOnError: false,
    placeholderData: nothing,
    initialData: nothing,
    structuralSharing: true,
    enabled: true,
    notifyOnChangeProps: "all",
  };
}

const nothing = (): undefined => {};

/** Finds a query in the cache. The app may have its own function that makes hashes of keys. */
export function findQuery<Data>(
  client: QueryClient,
  query: AnswerQuery<Data>,
): Query<Data, Error, Data, AnswerKey> | undefined {
  return client.getQueryCache().get(client.defaultQueryOptions(query).queryHash);
}

/** Selects decisions and plans. A part that is left out matches anything. */
export interface DecisionMatch<K extends Kind = Kind> {
  /** The session id, `usePermissionsSession().id`. Default: all sessions in the cache. */
  readonly sessionId?: string;
  /** The resource's kind. Default: all kinds. */
  readonly kind?: K;
  /** The resource's id. Default: all ids, and plans. */
  readonly id?: string;
  /** The action. Default: all actions. */
  readonly action?: ActionOf<K>;
  /** The name of the PDP, `pdpName` of PermissionsProvider. Default: all PDPs. */
  readonly pdpName?: string;
}

/**
 * Returns react-query filters for decisions, and for plans if no `id` is given: for `invalidateQueries`,
 * `refetchQueries` and the like.
 *
 * After a document was changed: `queryClient.invalidateQueries(decisionFilters({ kind: "document", id }))`.
 *
 * @throws AuthzError `invalid_option` if an `id` or another part is a number, which would match nothing
 */
export function decisionFilters<K extends Kind>({
  sessionId,
  kind,
  id,
  action,
  pdpName,
}: DecisionMatch<K> = {}): QueryFilters {
  for (const [name, part] of Object.entries<unknown>({ sessionId, kind, id, action, pdpName })) {
    requireOption(
      typeof part !== "number" && typeof part !== "bigint",
      `${name} must be a string, not a ${typeof part}. Write String(${name})`,
    );
  }
  const wanted = [KEY_PREFIX, sessionId, undefined, kind, id, undefined, undefined, pdpName];
  return {
    predicate: ({ queryKey }) =>
      wanted.every((part, at) => part === undefined || queryKey[at] === part) &&
      // A plan may be of several actions: its key has them as JSON.
      (action === undefined || queryKey[5] === action || String(queryKey[5]).includes(JSON.stringify(action))),
  };
}
