import { type Fields, isFields, isName } from "../base/guards.ts";

/**
 * What the gateway's stream of events tells a page: what is outdated, and nothing else. There is no claim, attribute
 * or policy text in it.
 */
export interface LiveEvent {
  /**
   * `policies`: decisions, as the PDP has other policies. `rights`: decisions, and a token that was issued up to
   * {@link issuedUntil}, as Kinde knows other roles, permissions or flags of the user. `everything`: both, as events may
   * have been missed.
   */
  readonly outdated: "everything" | "policies" | "rights";
  /** The kinds whose policies changed. Left out: all. Only with `policies`. */
  readonly kinds?: readonly string[] | undefined;
  /** A token whose `iat` is not later is outdated, in seconds since the epoch. Not with `policies`. */
  readonly issuedUntil?: number | undefined;
  /** How long to wait before anything is sent because of this event, in ms: pages must not all arrive at once. */
  readonly delayMs: number;
}

/** The first message of a stream. */
export interface LiveHello {
  /** Something is sent at least this often, in ms: a stream that is silent for much longer is dead. */
  readonly heartbeatMs: number;
}

/** Longest delay that a page accepts, in ms. */
const LONGEST_DELAY_MS = 600_000;

/** Reads an event; `null` for anything else, such as an event of a later version. */
export function readLiveEvent(text: string): LiveEvent | null {
  const fields = fieldsIn(text);
  const { outdated, kinds, issuedUntil, delayMs } = fields;
  if (outdated !== "everything" && outdated !== "policies" && outdated !== "rights") return null;
  if (typeof delayMs !== "number" || !(delayMs >= 0)) return null;
  if (kinds !== undefined && !(Array.isArray(kinds) && kinds.every(isName))) return null;
  if (issuedUntil !== undefined && !Number.isFinite(issuedUntil)) return null;
  return {
    outdated,
    delayMs: Math.min(delayMs, LONGEST_DELAY_MS),
    ...(kinds !== undefined && { kinds }),
    ...(typeof issuedUntil === "number" && { issuedUntil }),
  };
}

function fieldsIn(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}
