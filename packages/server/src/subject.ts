import { requireOption } from "@kinde-cerbos/core/internal";
import { networkOf, peerAddressOf } from "./peer-address.ts";

/** Returns the key whose limits an anonymous request counts against, or `null` for the shared limits. */
export type AnonymousKey = (request: Request) => string | null | undefined | Promise<string | null | undefined>;

/** Longest key, in characters; the rest is cut off, because a key may come from a long header. */
const MAX_KEY = 100;

/**
 * Names the subject whose limits a request counts against: `user:` and the `sub` of the verified token, or
 * `anonymous:` and the key. So a user never shares a name with an anonymous key.
 *
 * @throws AuthzError `invalid_option`
 */
export function createSubjectOf(
  anonymousKey: AnonymousKey = peerAddressOf,
): (verified: { readonly claims: { readonly sub?: string } } | null, request: Request) => Promise<string> {
  requireOption(typeof anonymousKey === "function", "anonymousKey must be a function");
  return async (verified, request) => {
    if (verified) return `user:${verified.claims.sub}`;
    const key = await anonymousKey(request);
    return `anonymous:${typeof key === "string" ? networkOf(key.trim()).slice(0, MAX_KEY) : ""}`;
  };
}
