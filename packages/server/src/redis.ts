/**
 * A rate limit, and events, that several processes share through Redis.
 *
 * @packageDocumentation
 */
import { requireOption } from "@kinde-cerbos/core/internal";
import { Failure } from "./error-text.ts";
import { type OptionNames, requireKnownOptions } from "./option-names.ts";
import { requireIntegers } from "./option.ts";
import { BUCKET_OPTIONS, type BucketOptions, bucketOf, type RateLimiter } from "./rate-limit.ts";
import { Refusal } from "./refusal.ts";
import { settled } from "./settled.ts";

export {
  createRedisBus,
  type RedisBusClient,
  type RedisBusOptions,
  type RedisBusSubscriber,
} from "./events/redis-bus.ts";

/** One command of Redis: its name and its arguments. */
export type RedisCommand = [name: string, ...args: string[]];

/** Options of {@link createRedisRateLimiter}. */
export interface RedisRateLimitOptions extends BucketOptions {
  /**
   * Sends a command to Redis 5 or newer, Valkey, or any server that runs Lua scripts. For node-redis: `(command) =>
   * client.sendCommand(command)`; for ioredis: `(command) => client.call(...command)`.
   */
  readonly send: (command: RedisCommand) => Promise<unknown>;
  /** The prefix of the keys. Default: `kinde-cerbos:rate:`. */
  readonly prefix?: string;
  /** How long Redis may take to answer before it counts as down, in ms. 1 to 60000. Default: 500. */
  readonly timeoutMs?: number;
  /**
   * The rate limiter to use while Redis is down, such as `createRateLimiter`: each process then counts by itself. A
   * line on `console.error` says when that begins. Default: none, requests are refused with 503.
   */
  readonly fallback?: RateLimiter | undefined;
  /** The time, in ms since the epoch. Default: the clock of Redis, which is the same for all processes. */
  readonly now?: (() => number) | undefined;
}

const REDIS_RATE_LIMIT_OPTIONS: OptionNames<RedisRateLimitOptions> = {
  ...BUCKET_OPTIONS,
  send: true,
  prefix: true,
  timeoutMs: true,
  fallback: true,
  now: true,
};

const RETRY_AFTER_MS = 1000;
const DOWN = "The store of the rate limit does not answer, so nothing is allowed. Is Redis reachable from this server?";
const FALLING_BACK = "Redis does not answer. Until it does, this process limits rates on its own.";

/**
 * The bucket of `createRateLimiter` as one atomic step. Returns 0, or how many ms to wait. A bucket is dropped once it
 * would be full; the extra minute allows for clocks that differ.
 */
const SCRIPT = `
local burst, perMs, price = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = tonumber(ARGV[4])
if not now then
  local time = redis.call("TIME")
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local kept = redis.call("HMGET", KEYS[1], "left", "at")
local left, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
left = math.min(burst, left + math.max(0, now - at) * perMs)
local wait = 0
if left < price then wait = math.ceil((price - left) / perMs) else left = left - price end
redis.call("HSET", KEYS[1], "left", string.format("%.17g", left), "at", string.format("%.17g", now))
redis.call("PEXPIRE", KEYS[1], math.ceil((burst - left) / perMs) + 60000)
return wait
`;

/**
 * Creates a rate limiter whose state is in Redis, so that all processes of a gateway count together. It has the options
 * of `createRateLimiter` and decides in the same way.
 *
 * If Redis does not answer, nothing is allowed: the limiter throws a Refusal `limiter_unavailable`, status 503, unless
 * there is a `fallback`.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value
 */
export function createRedisRateLimiter(options: RedisRateLimitOptions): RateLimiter {
  requireKnownOptions(options, REDIS_RATE_LIMIT_OPTIONS, "createRedisRateLimiter");
  const { send, prefix = "kinde-cerbos:rate:", timeoutMs = 500, fallback, now } = options;
  const { burst, perMs } = bucketOf(options);
  requireOption(typeof send === "function", "send must be a function that sends a command to Redis");
  requireOption(typeof prefix === "string", "prefix must be a text");
  requireOption(fallback === undefined || typeof fallback === "function", "fallback must be a rate limiter");
  requireIntegers({ timeoutMs }, { timeoutMs: [1, 60_000] });
  let isDown = false;

  return async (query) => {
    const price = Math.min(query.cost, burst);
    const args = [burst, perMs, price, now?.() ?? ""].map(String);
    let retryAfterMs: number;
    try {
      const answer = send(["EVAL", SCRIPT, "1", prefix + query.subject, ...args]);
      retryAfterMs = readWait(await settled(answer, timeoutMs), timeoutMs);
      isDown = false;
    } catch (cause) {
      if (!fallback) {
        throw new Refusal("limiter_unavailable", DOWN, { cause, retryAfterMs: RETRY_AFTER_MS });
      }
      if (!isDown) console.error(`kinde-cerbos: ${FALLING_BACK}`);
      isDown = true;
      return fallback(query);
    }
    return retryAfterMs === 0 ? { allowed: true } : { allowed: false, retryAfterMs };
  };
}

function readWait(answer: unknown, timeoutMs: number): number {
  if (answer === undefined) throw new Failure(`Redis gave no answer within ${timeoutMs} ms.`);
  if (typeof answer === "number" && answer >= 0) return answer;
  throw new Failure("Redis answered with something other than a number of milliseconds.");
}
