import { VOLATILE_CLAIMS } from "@kinde-cerbos/core";
import { type RecordedSession } from "../record/recorder.ts";
import { type Difference, differences } from "./differences.ts";

/** The differences between the newest token and the previous one. */
export interface SessionChange {
  /** When the newer token was first recorded, in ms since the epoch. */
  readonly at: number;
  /** A text on what happened, and its effect on decisions. */
  readonly text: string;
  /** Differences in claims and principal that a policy can see. */
  readonly rights: readonly Difference[];
  /** Differences that every new token has, such as its expiry. */
  readonly volatile: readonly Difference[];
}

/**
 * Returns the last change of claims in a provider's sessions, which are sorted newest last; `null` if there was none.
 */
export function lastChange(sessions: readonly RecordedSession[]): SessionChange | null {
  const after = sessions.at(-1);
  if (!after?.claims) return null;
  const at = sessions.findLastIndex(({ claims }) => claims !== null && claims !== after.claims);
  const before = sessions[at];
  const firstOfToken = sessions.slice(at + 1).find(({ claims }) => claims === after.claims) ?? after;
  if (!before?.claims) return null;
  const claims = differences(before.claims, after.claims, "claims");
  // A session may have no principal while it ends. That is not a difference.
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

/** Returns the principal for the claims of a session. */
function principalOf(sessions: readonly RecordedSession[], { claims, session }: RecordedSession): unknown {
  const made = sessions.find((recorded) => recorded.claims === claims && recorded.session.principal !== null);
  return session.principal ?? made?.session.principal;
}

function textOf(before: RecordedSession, after: RecordedSession): string {
  if (before.claims?.sub !== after.claims?.sub) {
    return "Another user signed in. The previous user's decisions were removed from the cache.";
  }
  if (before.claims?.org_code !== after.claims?.org_code) {
    return "The user switched to another organization. Its decisions are fetched; the others stay in the cache.";
  }
  if (before.session.id !== after.session.id) {
    return "The token was refreshed, and the user's rights have changed. Decisions are fetched again.";
  }
  return "The token was refreshed. The user's rights are the same, so decisions stay in the cache.";
}
