import { type RefusalReason } from "./refusal.ts";

/** A request that is over. There is no token, claim, attribute or id of anything asked about in it. */
export interface GatewayLogLine {
  /** Made here for each request; also the answer's `x-request-id`. */
  readonly requestId: string;
  /** `null` where the request was for none of them. */
  readonly path: "check" | "plan" | "events" | null;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** Why it was refused here; `null` where the PDP answered. */
  readonly reason: RefusalReason | null;
  /** From its start to its answer, in ms. The answer of a stream of events is there as soon as the stream is open. */
  readonly ms: number;
  /** Resources asked about; 0 where nobody has looked. */
  readonly resources: number;
  /** The PDP's call ids, to find the decisions in its audit log: one for each request to it. */
  readonly callIds: readonly string[];
  /** Which PDPs answered, by their places among the addresses. */
  readonly pdps: readonly number[];
  /**
   * What happened, for a status of 500 or more: the gateway's own message, then the names and codes of the errors
   * behind it. Their messages too, with `logErrorMessages`.
   */
  readonly error?: string;
}

/** What a log line is made of on the way. */
export type Notes = { -readonly [Field in keyof GatewayLogLine]: GatewayLogLine[Field] };

/** A new line of a request. */
export function notesOf(requestId: string): Notes {
  return { requestId, path: null, status: 500, reason: null, ms: 0, resources: 0, callIds: [], pdps: [] };
}

/** The default log. */
export function logFailures(line: GatewayLogLine): void {
  if (line.status >= 500) console.error(JSON.stringify({ source: "kinde-cerbos gateway", ...line }));
}
