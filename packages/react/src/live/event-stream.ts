import { fieldsOf, retryAfterOf } from "@kinde-cerbos/core/internal";
import { createEventParser, type StreamEvent } from "./event-parser.ts";

/** One connection to a gateway's stream of events. */
export interface EventStreamOptions {
  /** Address of the gateway, without a slash at its end. */
  readonly address: string;
  /** The token; `null` if a cookie has the session. */
  readonly token: string | null;
  /** The id of the last event that the page knows; empty if it knows none. */
  readonly lastEventId: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: StreamEvent) => void;
  /** Called with an id that comes without an event: earlier events need not be sent again. */
  readonly onId: (id: string) => void;
}

/** How a connection has ended, or why there was none. */
export interface StreamEnd {
  /** Whether the address has no stream, so another attempt would fail too. */
  readonly isAbsent?: boolean;
  /** Whether the token was refused. */
  readonly isRefused?: boolean;
  /** When to try again, in ms from now, if the server says so. */
  readonly retryAfterMs?: number | undefined;
}

/** The heartbeat until the server has named its own, in ms. */
const HEARTBEAT_MS = 15_000;
/** The accepted range of the heartbeat that a server names, in ms. */
const SHORTEST_HEARTBEAT_MS = 1000;
const LONGEST_HEARTBEAT_MS = 300_000;
/** A stream is dead after this many missed heartbeats. */
const MISSED_HEARTBEATS = 3;
/** No stream of ours: not found, a method or a function that the server does not have. */
const ABSENT = new Set([404, 405, 501]);

/**
 * Reads a stream until it ends, is aborted, or has been silent for more than three heartbeats. Never rejects.
 *
 * The token is in a header, so it is not `EventSource`. A redirect is not followed: it could carry the token to
 * another host.
 */
export async function readEventStream({
  address,
  token,
  lastEventId,
  signal,
  onEvent,
  onId,
}: EventStreamOptions): Promise<StreamEnd> {
  const end = new AbortController();
  const abort = (): void => end.abort();
  signal.addEventListener("abort", abort);
  let silenceMs = HEARTBEAT_MS * MISSED_HEARTBEATS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(abort, silenceMs);
  };
  const take = createEventParser((event) => {
    if (event.type === "hello") silenceMs = heartbeatIn(event.data) * MISSED_HEARTBEATS;
    if (!end.signal.aborted) onEvent(event);
  }, onId);
  try {
    if (signal.aborted) return {};
    heard();
    const response = await fetch(`${address}/api/events`, {
      headers: {
        accept: "text/event-stream",
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(lastEventId !== "" && { "last-event-id": lastEventId }),
      },
      cache: "no-store",
      redirect: "manual",
      signal: end.signal,
    });
    const { status } = response;
    if (ABSENT.has(status)) return { isAbsent: true };
    if (!response.ok) return { isRefused: status === 401, retryAfterMs: retryAfterOf(response) };
    // Such as the page that a development server answers to each address.
    if (!/^text\/event-stream\b/i.test(response.headers.get("content-type") ?? "") || !response.body) {
      return { isAbsent: true };
    }
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return {};
      take(decoder.decode(value, { stream: true }));
      // After the first message, which names the heartbeat.
      heard();
    }
  } catch {
    // No network, a stream that was cut off, or one that is not an event stream.
    return {};
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    // This also ends the body of another answer.
    end.abort();
  }
}

function heartbeatIn(data: string): number {
  let ms: unknown;
  try {
    ms = fieldsOf(JSON.parse(data))["heartbeatMs"];
  } catch {
    // Then it is the default.
  }
  return typeof ms === "number" ? Math.min(Math.max(ms, SHORTEST_HEARTBEAT_MS), LONGEST_HEARTBEAT_MS) : HEARTBEAT_MS;
}
