import { type RefusalReason } from "./refusal.ts";

/** A log line for a finished request. It contains no token, claim, attribute, or id of a resource. */
export interface GatewayLogLine {
  /** The id of the request, made by the gateway. The response has it as `x-request-id`. */
  readonly requestId: string;
  /** What was requested; `null` for an unknown path. */
  readonly path: "check" | "plan" | "events" | null;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** Why the gateway refused it; `null` if the PDP answered. */
  readonly reason: RefusalReason | null;
  /** Time until the response, in ms. For a stream of events, until the stream is open. */
  readonly ms: number;
  /** Number of resources in the request; 0 if it was refused before they were counted. */
  readonly resources: number;
  /** The PDP's call ids, to find the decisions in its audit log: one for each request to it. */
  readonly callIds: readonly string[];
  /** Indexes of the PDPs that answered, in the list of addresses. */
  readonly pdps: readonly number[];
  /**
   * What happened, for a status of 500 or more: the gateway's own message, then the names and codes of the errors
   * behind it. Their messages too, with `logErrorMessages`.
   */
  readonly error?: string;
}

/** A log line while the request runs. */
export type Notes = { -readonly [Field in keyof GatewayLogLine]: GatewayLogLine[Field] };

/** A new line of a request. */
export function notesOf(requestId: string): Notes {
  return { requestId, path: null, status: 500, reason: null, ms: 0, resources: 0, callIds: [], pdps: [] };
}

/** The default log. */
export function logFailures(line: GatewayLogLine): void {
  if (line.status >= 500) console.error(JSON.stringify({ source: "kinde-cerbos gateway", ...line }));
}
