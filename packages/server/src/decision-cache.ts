import { type Check, type Decision, prepareCheck, type Session } from "@kinde-cerbos/core";
import { digestOf } from "./digest.ts";
import { type OptionNames, requireKnownOptions } from "./option-names.ts";
import { requireIntegers } from "./option.ts";
import { putNewest } from "./put-newest.ts";

/** Options of an enforcer's cache of decisions. */
export interface DecisionCacheOptions {
  /**
   * How long a decision is reused for the same token, in ms, even if policies change in the meantime. It ends earlier
   * if the token ends. 1 to 3600000.
   */
  readonly maxAgeMs: number;
  /** Most decisions that are kept, 1 to 1000000; the oldest is dropped first. Default: 10000. */
  readonly maxEntries?: number;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

const DECISION_CACHE_OPTIONS: OptionNames<DecisionCacheOptions> = { maxAgeMs: true, maxEntries: true, now: true };

/** Returns the recent decision for the same caller and check, or else the result of `ask`. */
export type DecisionCache = (caller: string, check: Check, ask: () => Promise<Decision>) => Promise<Decision>;

/**
 * Creates a cache of decisions. Its key is the caller, from {@link callerKey}, and the whole resource. Errors are not
 * kept.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function createDecisionCache(options: DecisionCacheOptions): DecisionCache {
  requireKnownOptions(options, DECISION_CACHE_OPTIONS, "cache");
  const { maxAgeMs, maxEntries = 10_000, now = () => Date.now() } = options;
  requireIntegers({ maxAgeMs, maxEntries }, { maxAgeMs: [1, 3_600_000], maxEntries: [1, 1_000_000] });
  /** In the order of their arrival. */
  const kept = new Map<string, { readonly decision: Decision; readonly until: number }>();
  return async (caller, check, ask) => {
    const { resourceKey, action } = prepareCheck(check);
    const key = JSON.stringify([caller, resourceKey, action]);
    const found = kept.get(key);
    if (found && now() < found.until) return found.decision;
    const until = now() + maxAgeMs;
    const decision = await ask();
    putNewest(kept, key, { decision, until }, maxEntries);
    return decision;
  };
}

/**
 * Returns the cache key of a caller, which covers everything that a policy can see of them: the digest of the token
 * covers each claim, also those that change with every token; the session's id covers the principal, with the result of
 * `principal.enrich`.
 */
export async function callerKey({ id, token }: Session): Promise<string> {
  return `${id} ${token === null ? "" : await digestOf(token)}`;
}
