import { type OptionNames, requireKnownOptions } from "./option-names.ts";
import { requireIntegers } from "./option.ts";
import { putNewest } from "./put-newest.ts";
import { Refusal } from "./refusal.ts";

/** A request to limit: its token is verified, and the PDP is not called yet. */
export interface RateQuery {
  /**
   * The user, as `user:` and the `sub` of the token, or `anonymous:` and the result of the option `anonymousKey`. Keep
   * it out of logs.
   */
  readonly subject: string;
  /**
   * How many requests to the PDP it needs: one for each `pdpResources` resources, by default 50. 1 for a plan, and for
   * a request that is refused for its content.
   */
  readonly cost: number;
  /** The request. */
  readonly request: Request;
}

/** Whether the request may continue, and if not, when to try again. */
export type RateVerdict = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number };

/** Decides whether a user or anonymous client may send this request now. If it throws, the request is refused. */
export type RateLimiter = (query: RateQuery) => RateVerdict | Promise<RateVerdict>;

/** Options of a rate: how often a user or anonymous client may send requests. */
export interface BucketOptions {
  /** Requests to the PDP per minute, on average. 1 to 1000000. Default: 600. */
  readonly perMinute?: number;
  /** Requests to the PDP at once, after a pause. 1 to 1000000. Default: 200. */
  readonly burst?: number;
}

/** Options of {@link createRateLimiter}. */
export interface RateLimitOptions extends BucketOptions {
  /**
   * Most users and anonymous clients that are remembered; the one that has been quiet for longest is forgotten first.
   * 1 to 1000000. Default: 10000.
   */
  readonly maxSubjects?: number;
  /** The time, in ms since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

export const BUCKET_OPTIONS: OptionNames<BucketOptions> = { perMinute: true, burst: true };
const RATE_LIMIT_OPTIONS: OptionNames<RateLimitOptions> = { ...BUCKET_OPTIONS, maxSubjects: true, now: true };

/**
 * Spends a request's cost.
 *
 * @throws Refusal `rate_limited`, and what the limiter throws
 */
export async function spend(rateLimit: RateLimiter | false, query: RateQuery): Promise<void> {
  if (rateLimit === false) return;
  const verdict = await rateLimit(query);
  if (verdict.allowed) return;
  throw new Refusal("rate_limited", "You sent too many requests. Try again later.", {
    retryAfterMs: verdict.retryAfterMs,
  });
}

interface Bucket {
  left: number;
  at: number;
}

/**
 * Creates a rate limiter in the memory of this process: several processes together allow several times as much.
 * `createRedisRateLimiter` of `@kinde-cerbos/server/redis` counts for all processes together.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function createRateLimiter(options: RateLimitOptions = {}): RateLimiter {
  requireKnownOptions(options, RATE_LIMIT_OPTIONS, "createRateLimiter");
  const { maxSubjects = 10_000, now = () => Date.now() } = options;
  const { burst, perMs } = bucketOf(options);
  requireIntegers({ maxSubjects }, { maxSubjects: [1, 1_000_000] });
  /** In the order of their last request. */
  const buckets = new Map<string, Bucket>();
  return ({ subject, cost }) => {
    const time = now();
    const bucket = buckets.get(subject) ?? { left: burst, at: time };
    putNewest(buckets, subject, bucket, maxSubjects);
    bucket.left = Math.min(burst, bucket.left + Math.max(0, time - bucket.at) * perMs);
    bucket.at = time;
    // A request that costs more than a full bucket costs a full bucket.
    const price = Math.min(cost, burst);
    if (bucket.left < price) return { allowed: false, retryAfterMs: (price - bucket.left) / perMs };
    bucket.left -= price;
    return { allowed: true };
  };
}

/**
 * The size of a subject's bucket, and how much of it refills in a ms.
 *
 * @throws AuthzError `invalid_option`
 */
export function bucketOf(options: BucketOptions): { readonly burst: number; readonly perMs: number } {
  const { perMinute = 600, burst = 200 } = options;
  requireIntegers({ perMinute, burst }, { perMinute: [1, 1_000_000], burst: [1, 1_000_000] });
  return { burst, perMs: perMinute / 60_000 };
}
