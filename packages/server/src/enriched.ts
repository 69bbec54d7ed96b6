import { type PrincipalAttributes, type PrincipalOptions } from "@kinde-cerbos/core";
import { digestOf } from "./digest.ts";
import { putNewest } from "./put-newest.ts";

/** Tokens whose attributes are kept; beyond, the one that came first goes. */
const MAX_TOKENS = 10_000;

/** How long `enrich` is not called for a token after it has failed, in ms. Each failure in a row doubles it. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** The principal's options with an `enrich` that is called sparingly. */
export interface Enrichment {
  readonly options: PrincipalOptions | undefined;
  /** How long until `enrich` may be called again for a token, in ms; `undefined` if it may be called now. */
  readonly retryAfterMs: (token: string) => Promise<number | undefined>;
}

/** The last call for a token. */
interface Call {
  readonly attributes: Promise<PrincipalAttributes>;
  isPending: boolean;
  /** Until this time, its result is reused or its failure repeated. In ms since the epoch. */
  until: number;
  /** How many calls in a row have failed. */
  failures: number;
}

/**
 * Wraps `enrich` so that a token's attributes are fetched once and reused for `maxAgeMs`: a page with a thousand checks
 * sends twenty requests, which is too many for Kinde's account API. Parallel requests share one call. After a failure,
 * `enrich` is not called for that token for a second, and for twice as long after each further failure, up to a minute.
 * Only the SHA-256 of a token is kept, and only verified tokens get here.
 */
export function createEnrichment(
  options: PrincipalOptions | undefined,
  maxAgeMs: number,
  now: () => number,
): Enrichment {
  const enrich = options?.enrich;
  if (!enrich) return { options, retryAfterMs: async () => undefined };
  /** In the order of their start. */
  const calls = new Map<string, Call>();

  const settle = async (call: Call, startedAt: number): Promise<void> => {
    try {
      await call.attributes;
      call.until = startedAt + maxAgeMs;
      call.failures = 0;
    } catch {
      call.until = now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** call.failures);
      call.failures += 1;
    } finally {
      call.isPending = false;
    }
  };

  return {
    options: {
      ...options,
      async enrich(claims, context) {
        const key = await digestOf(context.token);
        const found = calls.get(key);
        if (found && (found.isPending || now() < found.until)) return found.attributes;
        const { promise: attributes, resolve, reject } = Promise.withResolvers<PrincipalAttributes>();
        const call: Call = { attributes, isPending: true, until: 0, failures: found?.failures ?? 0 };
        putNewest(calls, key, call, MAX_TOKENS);
        const settled = settle(call, now());
        // Whether or not it looks at the signal: one that never ends has failed.
        context.signal.addEventListener("abort", () => reject(context.signal.reason), { once: true });
        // Throws at once, or later.
        void (async () => enrich(claims, context))().then(resolve, reject);
        await settled;
        return attributes;
      },
    },
    async retryAfterMs(token) {
      const call = calls.get(await digestOf(token));
      return call && call.failures > 0 && call.until > now() ? call.until - now() : undefined;
    },
  };
}
