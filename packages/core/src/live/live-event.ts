import { type Fields, isFields, isName } from "../base/guards.ts";

/** An event of the gateway's stream: what is outdated. It contains no claim, attribute or policy text. */
export interface LiveEvent {
  /**
   * `policies`: decisions are outdated because policies changed. `rights`: decisions, and tokens issued up to {@link
   * issuedUntil}, are outdated because the user's roles, permissions or flags changed in Kinde. `everything`: both,
   * because events may have been missed.
   */
  readonly outdated: "everything" | "policies" | "rights";
  /** The kinds whose policies changed; all if left out. Only with `policies`. */
  readonly kinds?: readonly string[] | undefined;
  /** Tokens whose `iat` is not later than this are outdated, in seconds since the epoch. Not with `policies`. */
  readonly issuedUntil?: number | undefined;
  /** How long to wait before sending anything because of this event, in ms, so that not all pages send at once. */
  readonly delayMs: number;
}

/** The first message of a stream. */
export interface LiveHello {
  /** The stream sends something at least this often, in ms. If it is silent for much longer, it is dead. */
  readonly heartbeatMs: number;
}

/** The longest delay that a page accepts, in ms. */
const LONGEST_DELAY_MS = 600_000;

/** Parses an event. Returns `null` for anything else, such as an event of a later version. */
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
