import { type IdentifiedChange } from "./change.ts";
import { type EventsSettings } from "./events-options.ts";
import { createRightsLog, type Whose } from "./rights-log.ts";

/** A change of rights. */
export type KnownRightsChange = Extract<IdentifiedChange, { what: "rights" }>;

/** Whose token it is, and when it was issued. */
export interface TokenAge extends Whose {
  /** `iat` of the token, in seconds since the epoch. Left out: as old as can be. */
  readonly issuedAt: number | undefined;
}

/** Which tokens are outdated by what this process knows. */
export interface Rights {
  /** Returns until when the tokens that it concerns are outdated, in seconds. */
  readonly add: (change: KnownRightsChange) => number;
  /** The token is older than a change of rights that concerns it. */
  readonly isOutdated: (token: TokenAge) => boolean;
  /** Until when tokens of this user in this organization are outdated, in seconds; -Infinity for none. */
  readonly outdatedUntil: (whose: Whose) => number;
  /** The change that Kinde's cache of this user's claims may not know, in ms since the epoch; `null` for none. */
  readonly refreshDue: (whose: Whose) => number | null;
}

/** A time in the future is taken as at most so far ahead, in ms: it would refuse every token until then. */
const MAX_AHEAD_MS = 5000;

/** Remembers changes of rights. */
export function createRights(settings: Pick<EventsSettings, "tokenLifetimeMs" | "now" | "refreshClaims">): Rights {
  const { now, refreshClaims } = settings;
  /** Changes after which Kinde issues tokens with the new claims. */
  const known = createRightsLog(settings);
  /** Changes that Kinde's next token has only once the user's claims are refreshed. */
  const cached = createRightsLog(settings);
  const outdatedUntil = (whose: Whose): number => secondOf(known.latest(whose));
  return {
    add(change) {
      const log = isCached(change, refreshClaims) ? cached : known;
      const at = Math.min(change.at, now() + MAX_AHEAD_MS);
      log.add(change, at);
      return secondOf(at);
    },
    isOutdated({ issuedAt = 0, ...whose }) {
      return issuedAt <= Math.max(outdatedUntil(whose), secondOf(cached.latest(whose)));
    },
    outdatedUntil,
    refreshDue(whose) {
      const at = cached.latest(whose);
      // Kinde's cache is one of each user, so a change of an organization or of everybody has not ended it.
      return at > known.latestOfUser(whose) ? at : null;
    },
  };
}

/** Whether Kinde's cache must be cleared before a new token helps, and can be cleared. */
export function isCached({ areClaimsCached = false }: KnownRightsChange, refreshClaims: unknown): boolean {
  return areClaimsCached && refreshClaims !== undefined;
}

/** The `iat` of a token has whole seconds: one of the same second may be from before. */
function secondOf(ms: number): number {
  return Math.floor(ms / 1000);
}
