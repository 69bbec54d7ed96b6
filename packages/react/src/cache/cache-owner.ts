import { type Session } from "@kinde-cerbos/core";

/**
 * The owner of a cached answer: a hash of the session's user, the same in each organization; `null` for nobody. It
 * tells two users apart, but does not say who they are, because caches are written to disk. 32 bits are enough: answers
 * are found by the session id, not by this. If two users had the same hash, one in four billion, old answers would stay
 * in the cache unseen.
 */
export function ownerOf({ claims }: Pick<Session, "claims">): number | null {
  // Not the principal's id: the app may map that to anything.
  if (claims === null) return null;
  // FNV-1a: short, and not slow where every check of a page is hashed.
  let hash = 0x811c9dc5;
  for (let at = 0; at < claims.sub.length; at += 1) hash = Math.imul(hash ^ claims.sub.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
