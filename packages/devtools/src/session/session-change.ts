import { VOLATILE_CLAIMS } from "@kinde-cerbos/core";
import { type SeenSession } from "../record/recorder.ts";
import { type Difference, differences } from "./differences.ts";

/** How the newest token differs from the one before it. */
export interface SessionChange {
  /** When the newer one was seen first, in ms since the epoch. */
  readonly at: number;
  /** What happened, and what it means for decisions. */
  readonly text: string;
  /** Differences of the claims and the principal that a policy may see. */
  readonly rights: readonly Difference[];
  /** Differences that every new token has, such as its end. */
  readonly volatile: readonly Difference[];
}

/** The last change of the claims among the sessions of a provider, the newest last; `null` if there was none. */
export function lastChange(sessions: readonly SeenSession[]): SessionChange | null {
  const after = sessions.at(-1);
  if (!after?.claims) return null;
  const at = sessions.findLastIndex(({ claims }) => claims !== null && claims !== after.claims);
  const before = sessions[at];
  const firstOfToken = sessions.slice(at + 1).find(({ claims }) => claims === after.claims) ?? after;
  if (!before?.claims) return null;
  const claims = differences(before.claims, after.claims, "claims");
  // While a session ends there may be no principal: that is not a difference of the users.
  const principal = differences(principalOf(sessions, before), principalOf(sessions, after), "principal");
  return {
    at: firstOfToken.at,
    text: textOf(before, after),
    rights: [...claims.filter((difference) => !isVolatile(difference)), ...principal],
    volatile: claims.filter(isVolatile),
  };
}

function isVolatile({ path }: Difference): boolean {
  return VOLATILE_CLAIMS.some((claim) => path === `claims.${claim}`);
}

/** The principal that was made of the claims of a session. */
function principalOf(sessions: readonly SeenSession[], { claims, session }: SeenSession): unknown {
  const made = sessions.find((seen) => seen.claims === claims && seen.session.principal !== null);
  return session.principal ?? made?.session.principal;
}

function textOf(before: SeenSession, after: SeenSession): string {
  if (before.claims?.sub !== after.claims?.sub) {
    return "Another user signed in. The former user's decisions were removed from the cache.";
  }
  if (before.claims?.org_code !== after.claims?.org_code) {
    return "The user switched to another organization. Its decisions are fetched; the others stay in the cache.";
  }
  if (before.session.id !== after.session.id) {
    return "The token was refreshed, and the user's rights have changed. Decisions are fetched again.";
  }
  return "The token was refreshed. The user's rights are the same, so decisions stay in the cache.";
}
