import { type Session } from "@kinde-cerbos/core";

/**
 * Whose a cached answer is: the mark of a session's user, the same in each
 * organization, and `null` for nobody. It tells two users
 * apart, and not who they are: caches are written to disk. 32 bits are enough, as
 * no answer is found by it (that takes the session id); by chance, once in four
 * billion, one would stay unseen.
 */
export function ownerOf({ claims }: Pick<Session, "claims">): number | null {
  // Not the principal's id: the app may map that to anything.
  if (claims === null) return null;
  // FNV-1a: short, and not slow where every check of a page is hashed.
  let hash = 0x811c9dc5;
  for (let at = 0; at < claims.sub.length; at += 1) hash = Math.imul(hash ^ claims.sub.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
