import { type Check, type Decision, prepareCheck, type Session } from "@kinde-cerbos/core";
import { digestOf } from "./digest.ts";
import { type OptionNames, requireKnownOptions } from "./option-names.ts";
import { requireIntegers } from "./option.ts";
import { putNewest } from "./put-newest.ts";

/** How long a server may go on with a decision. */
export interface DecisionCacheOptions {
  /**
   * How long a decision is reused, in ms, even if policies change meanwhile: for the same token, until the
   * token ends. 1 to 3600000.
   */
  readonly maxAgeMs: number;
  /** Decisions that are kept; beyond, the oldest goes. Default: 10000. */
  readonly maxEntries?: number;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

const DECISION_CACHE_OPTIONS: OptionNames<DecisionCacheOptions> = { maxAgeMs: true, maxEntries: true, now: true };

/** Returns the recent decision for the same caller and check, or else the result of `ask`. */
export type DecisionCache = (asker: string, check: Check, ask: () => Promise<Decision>) => Promise<Decision>;

/**
 * Keeps decisions by who asks, as {@link askerKey} has it, and by the whole resource. What fails is not kept.
 *
 * @throws AuthzError `invalid_option`
 */
export function createDecisionCache(options: DecisionCacheOptions): DecisionCache {
  requireKnownOptions(options, DECISION_CACHE_OPTIONS, "cache");
  const { maxAgeMs, maxEntries = 10_000, now = () => Date.now() } = options;
  requireIntegers({ maxAgeMs, maxEntries }, { maxAgeMs: [1, 3_600_000], maxEntries: [1, 1_000_000] });
  /** In the order of their arrival. */
  const kept = new Map<string, { readonly decision: Decision; readonly until: number }>();
  return async (asker, check, ask) => {
    const { resourceKey, action } = prepareCheck(check);
    const key = JSON.stringify([asker, resourceKey, action]);
    const found = kept.get(key);
    if (found && now() < found.until) return found.decision;
    const until = now() + maxAgeMs;
    const decision = await ask();
    putNewest(kept, key, { decision, until }, maxEntries);
    return decision;
  };
}

/**
 * The cache key of a caller: it covers all that a policy can see of them. The digest of the token covers each of its
 * claims, also those that change with every token; the session's id covers the principal, with what
 * `principal.enrich` gave.
 */
export async function askerKey({ id, token }: Session): Promise<string> {
  return `${id} ${token === null ? "" : await digestOf(token)}`;
}
