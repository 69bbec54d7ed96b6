import { type ActionOf, type Authorizer, type Check, type Decision, type Kind, prepareCheck } from "@kinde-cerbos/core";
import { requireOption } from "@kinde-cerbos/core/internal";
import { type Query, type QueryClient, type QueryFilters, type UseQueryOptions } from "@tanstack/react-query";
import { ownerOf } from "./cache-owner.ts";

/** First part of every query key of ours. Nothing else in the app's cache is ever touched. */
export const KEY_PREFIX = "kinde-cerbos";

/** Where an answer is kept: under its session first, so that no other session finds it. */
export type AnswerKey = readonly [
  prefix: typeof KEY_PREFIX,
  sessionId: string,
  ...question: Question,
  pdpName: PdpName,
];

type Question = readonly [
  what: "decision" | "plan",
  kind: string,
  /** Empty for a plan. */
  id: string,
  /** Of a plan, the JSON of all its actions. */
  action: string,
  /** Canonical JSON of the whole resource. */
  resource: string,
];

/** Its last part: `pdpName` of the authorizer, so that two PDPs with different policies are kept apart. */
type PdpName = string;

/** Options of react-query for one answer of the PDP. */
export type AnswerQuery<Data> = UseQueryOptions<Data, Error, Data, AnswerKey>;

/** Options of react-query for one decision. */
export type DecisionQuery = AnswerQuery<Decision>;

/** How long a decision is good, and kept. */
export interface CachePolicy {
  /** It is not asked again within this time, in ms. Default: 30 000. */
  readonly staleTime?: number | undefined;
  /**
   * It is kept this long after nothing shows it any more, in ms. Default: 300 000; on a server, for as long as the
   * cache is.
   */
  readonly gcTime?: number | undefined;
  /**
   * It is shown no longer than this after the PDP has given it, in ms, whatever
   * happens: where it cannot be confirmed in time, it is denied. Default: 300 000.
   */
  readonly maxAge?: number | undefined;
}

/** The defaults of {@link CachePolicy}. */
export const CACHE_POLICY = { staleTime: 30_000, gcTime: 300_000, maxAge: 300_000 } as const;

/** A policy that says all. */
export type WholePolicy = { readonly [name in keyof Required<CachePolicy>]: number };

/** A policy, with the times of another one where it says nothing; that one itself if all are the same. */
export function policyOf(
  base: WholePolicy,
  { staleTime = base.staleTime, gcTime = base.gcTime, maxAge = base.maxAge }: CachePolicy,
): WholePolicy {
  const isBase = staleTime === base.staleTime && gcTime === base.gcTime && maxAge === base.maxAge;
  return isBase ? base : { staleTime, gcTime, maxAge };
}

/**
 * The react-query options of one check: key, function and cache policy. Also for
 * a route's loader.
 *
 * @throws AuthzError `invalid_check`; `invalid_option` where a time is none
 */
export function decisionQuery<K extends Kind>(
  authorizer: Authorizer,
  check: Check<K>,
  policy: CachePolicy = {},
): DecisionQuery {
  // Prepared: what is asked is what the answer is kept under, whatever has become of the caller's object.
  const prepared = prepareCheck(check);
  const { action, resource, resourceKey } = prepared;
  return answerQuery(
    authorizer,
    ["decision", resource.kind, resource.id, action, resourceKey],
    (signal) => authorizer.check(prepared, { signal }),
    policy,
  );
}

/** The react-query options of one answer. */
export function answerQuery<Data>(
  { session, pdpName }: Authorizer,
  question: Question,
  ask: (signal: AbortSignal) => Promise<Data>,
  policy: CachePolicy,
): AnswerQuery<Data> {
  // A server's cache goes with its request: a timer would keep it, and the process, for as long.
  const defaults = typeof window === "undefined" ? { ...CACHE_POLICY, gcTime: Infinity } : CACHE_POLICY;
  const { staleTime, gcTime, maxAge } = policyOf(defaults, policy);
  // An answer that is never good would be asked again without end.
  requireOption(
    maxAge > 0 && [staleTime, gcTime, maxAge].every((ms) => typeof ms === "number" && ms >= 0),
    "staleTime, gcTime and maxAge must be numbers of milliseconds, and maxAge more than 0",
  );
  return {
    queryKey: [KEY_PREFIX, session.id, ...question, pdpName],
    queryFn: ({ signal }) => ask(signal),
    // What is too old to be shown is not fresh either.
    staleTime: Math.min(staleTime, maxAge),
    gcTime,
    meta: { [KEY_PREFIX]: ownerOf(session) },
    // The authorizer knows which faults pass; a retry here would repeat a refusal.
    retry: false,
    // Whatever the app's defaults are: an error is a result, and an answer is the PDP's to this check.
    throwOnError: false,
    placeholderData: nothing,
    initialData: nothing,
    structuralSharing: true,
    enabled: true,
    notifyOnChangeProps: "all",
  };
}

const nothing = (): undefined => {};

/** A query in the cache. The app may have its own way to make what it is found by of its key. */
export function findQuery<Data>(
  client: QueryClient,
  query: AnswerQuery<Data>,
): Query<Data, Error, Data, AnswerKey> | undefined {
  return client.getQueryCache().get(client.defaultQueryOptions(query).queryHash);
}

/** Which answers are meant: all that have these. */
export interface DecisionMatch<K extends Kind = Kind> {
  /** Session id, as `usePermissionsSession().id`. Default: those of all sessions in the cache. */
  readonly sessionId?: string;
  readonly kind?: K;
  /** Resource id. */
  readonly id?: string;
  readonly action?: ActionOf<K>;
  /** Name of the PDP, as `pdpName` of PermissionsProvider. Default: all PDPs. */
  readonly pdpName?: string;
}

/**
 * Filters of react-query for decisions, and for plans where no `id` is given: for
 * `invalidateQueries`, `refetchQueries` and the like.
 *
 * After a document was changed: `queryClient.invalidateQueries(decisionFilters({ kind: "document", id }))`.
 *
 * @throws AuthzError `invalid_option` if an `id` or another part is a number, which would find nothing
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
