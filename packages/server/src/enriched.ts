import { type PrincipalAttributes, type PrincipalOptions } from "@kinde-cerbos/core";

import { digestOf } from "./digest.ts";
import { putNewest } from "./put-newest.ts";

/** Tokens whose attributes are kept; beyond, the one that came first goes. */
const MAX_TOKENS = 10_000;

/**
 * The same options, with an `enrich` that is asked once for each token and time: a page of a thousand checks is twenty
 * requests, and Kinde's account API bears no twenty calls for each page. What fails is not kept. A token is kept as
 * its SHA-256 alone, and only one that was verified gets here.
 */
export function withEnrichKept(
  options: PrincipalOptions | undefined,
  maxAgeMs: number,
  now: () => number,
): PrincipalOptions | undefined {
  const enrich = options?.enrich;
  if (!enrich || maxAgeMs === 0) return options;
  /** In the order of their arrival. */
  const kept = new Map<string, { readonly attributes: Promise<PrincipalAttributes>; readonly until: number }>();
  return {
    ...options,
    async enrich(claims, context) {
      const key = await digestOf(context.token);
      const found = kept.get(key);
      if (found && now() < found.until) return found.attributes;
      const attributes = enrich(claims, context);
      putNewest(kept, key, { attributes, until: now() + maxAgeMs }, MAX_TOKENS);
      try {
        return await attributes;
      } catch (error) {
        if (kept.get(key)?.attributes === attributes) kept.delete(key);
        throw error;
      }
    },
  };
}
