import { AuthzError } from "@kinde-cerbos/core";
import { type StreamRequest } from "./event-stream.ts";

/** Opens a stream, and returns its body. @throws Refusal `too_busy` */
export type OpenStream = (request: StreamRequest) => ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * The key of a method of events that only the gateway calls. A bundler may load this package twice in one process, and
 * both copies have this symbol.
 */
const OPEN_STREAM: unique symbol = Symbol.for("kinde-cerbos.events.open-stream");

/** Makes events that a gateway can serve. */
export function withStreams<Events extends object>(events: Events, openStream: OpenStream): Events {
  return Object.defineProperty(events, OPEN_STREAM, { value: openStream });
}

/** @throws AuthzError `invalid_option` for anything that `createEvents` did not make */
export function streamOpenerOf(events: object): OpenStream {
  const openStream: unknown = Reflect.get(Object(events), OPEN_STREAM);
  if (isOpenStream(openStream)) return openStream;
  throw new AuthzError("invalid_option", "events must be what createEvents() returned.");
}

function isOpenStream(value: unknown): value is OpenStream {
  return typeof value === "function";
}
