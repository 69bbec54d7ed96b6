import { type Check, type Decision, prepareCheck, type Session } from "@kinde-cerbos/core";

import { requireIntegers } from "./option.ts";
import { putNewest } from "./put-newest.ts";

/** How long a server may go on with a decision. */
export interface DecisionCacheOptions {
  /** A decision is taken again for so long, in ms, whatever has changed in policies meanwhile. */
  readonly maxAgeMs: number;
  /** Decisions that are kept; beyond, the oldest goes. Default: 10000. */
  readonly maxEntries?: number;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

/** The decision of a check that was asked lately, or what `ask` gives. */
export type DecisionCache = (session: Session, check: Check, ask: () => Promise<Decision>) => Promise<Decision>;

/**
 * Keeps decisions by the session's id, which holds all that a policy can see of the user, and by the whole resource.
 * What fails is not kept.
 *
 * @throws AuthzError `invalid_option`
 */
export function createDecisionCache(options: DecisionCacheOptions): DecisionCache {
  const { maxAgeMs, maxEntries = 10_000, now = () => Date.now() } = options;
  requireIntegers({ maxAgeMs, maxEntries }, { maxAgeMs: [1, 3_600_000], maxEntries: [1, 1_000_000] });
  /** In the order of their arrival. */
  const kept = new Map<string, { readonly decision: Decision; readonly until: number }>();
  return async (session, check, ask) => {
    const { resourceKey, action } = prepareCheck(check);
    const key = JSON.stringify([session.id, resourceKey, action]);
    const found = kept.get(key);
    if (found && now() < found.until) return found.decision;
    const until = now() + maxAgeMs;
    const decision = await ask();
    putNewest(kept, key, { decision, until }, maxEntries);
    return decision;
  };
}
