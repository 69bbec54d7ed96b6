/**
 * Runs Fetch handlers, such as the gateway, on servers of Node and Express.
 *
 * @packageDocumentation
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { describeError, Failure, framesOf } from "./error-text.ts";
import { setPeerAddress } from "./peer-address.ts";
import { urlOfTarget } from "./request-target.ts";
import { sendResponse } from "./send-response.ts";

/** A Fetch handler, such as the gateway. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/** A listener of `node:http`, `node:https` or `node:http2`, and a handler of Express and other frameworks on them. */
export type NodeListener = (request: Incoming, response: Outgoing) => void;

/** A request of a server of Node, over HTTP/1 or HTTP/2. */
type Incoming = IncomingMessage | Http2ServerRequest;
/** The answer to such a request. */
type Outgoing = ServerResponse | Http2ServerResponse;

/** How long the rest of a body is read after an early answer, in ms, so that the client gets to read the answer. */
const DRAIN_MS = 1000;

/** The headers of an answer that the handler did not make. */
const HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

/**
 * Creates a listener that answers requests of `node:http`, `node:http2`, Express or Connect with a Fetch handler. The
 * URL that the handler gets is `http://localhost` with the path and query of the request, whatever host the request
 * names.
 *
 * Mount it before anything that reads bodies, such as `express.json()`: a body can be read only once.
 */
export function toNodeListener(handler: FetchHandler): NodeListener {
  return (request, response) => void answer(handler, request, response);
}

async function answer(handler: FetchHandler, incoming: Incoming, outgoing: Outgoing): Promise<void> {
  const left = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) left.abort();
  });
  let request: Request | undefined;
  try {
    const found = requestOf(incoming, left.signal);
    if (!found) {
      refuse(
        outgoing,
        400,
        '{"code":3,"message":"The method, the target or a header of this request is not accepted."}',
      );
      return endSoon(incoming);
    }
    request = found;
    await sendResponse(await handler(request), outgoing);
  } catch (error) {
    // An answer that was given up on purpose is no failure. Its end must not look like a good one.
    if (!isAbort(error)) {
      const what = [describeError(error), ...framesOf(error)].join("\n");
      console.error(`kinde-cerbos: a request failed before its answer ended: ${what}`);
    }
    if (outgoing.headersSent) destroy(outgoing);
    else refuse(outgoing, 500, '{"code":13,"message":"The server failed at this request. Its log has the cause."}');
  }
  // A handler that refused the request by its head has not looked at the body, which then waits to be read.
  await request?.body?.cancel().catch(() => {});
  endSoon(incoming);
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Ends the connection, or the stream of HTTP/2, in the middle of an answer. */
function destroy(outgoing: Outgoing): void {
  if ("stream" in outgoing) outgoing.stream.destroy();
  else outgoing.destroy();
}

function refuse(outgoing: Outgoing, status: number, body: string): void {
  outgoing.statusCode = status;
  for (const [name, value] of Object.entries(HEADERS)) outgoing.setHeader(name, value);
  outgoing.end(body);
}

/**
 * The request as Fetch has it; `undefined` if Fetch cannot express it. Anyone can send such requests, so they are not
 * logged.
 */
function requestOf(incoming: Incoming, signal: AbortSignal): Request | undefined {
  const { method = "GET", url: target = "/", rawHeaders } = incoming;
  const url = urlOfTarget(target);
  if (url === null || /^(?:CONNECT|TRACE|TRACK)$/i.test(method)) return undefined;
  const body = method === "GET" || method === "HEAD" ? undefined : streamOf(incoming);
  try {
    const headers = new Headers();
    // As they came: Node's own list keeps one of two Authorization headers, and does not say so.
    for (let index = 0; index < rawHeaders.length; index += 2) {
      const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
      // HTTP/2 has the method and the path among them.
      if (!name.startsWith(":")) headers.append(name, value);
    }
    const request = new Request(url, { method, headers, signal, ...(body && { body, duplex: "half" }) });
    setPeerAddress(request, incoming.socket.remoteAddress);
    return request;
  } catch {
    return undefined;
  }
}

/**
 * The body as a stream, read no faster than its reader. Cancelling it leaves the connection open, because the response
 * needs it.
 */
function streamOf(incoming: Incoming): ReadableStream<Uint8Array<ArrayBuffer>> {
  if (incoming.readableEnded) {
    throw new Failure("The body was already read. Mount the gateway before body parsers, such as express.json().");
  }
  /** Takes what comes, until there is an end. */
  let take: ((chunk: Buffer) => void) | undefined;
  const stop = (): void => {
    if (take) incoming.off("data", take);
    take = undefined;
  };
  return new ReadableStream({
    start(stream) {
      const end = (finish: () => void) => () => {
        if (!take) return;
        stop();
        finish();
      };
      take = (chunk) => {
        stream.enqueue(new Uint8Array(chunk));
        if ((stream.desiredSize ?? 0) <= 0) incoming.pause();
      };
      incoming.on("data", take);
      incoming.once(
        "end",
        end(() => stream.close()),
      );
      incoming.once(
        "error",
        end(() => stream.error(new TypeError("The client has left."))),
      );
      incoming.once(
        "close",
        end(() => stream.error(new TypeError("The client has left."))),
      );
    },
    pull() {
      incoming.resume();
    },
    cancel() {
      stop();
      incoming.pause();
    },
  });
}

/**
 * Reads and drops the rest of a body after the response, because the next request on the connection waits behind it.
 * After a moment, the connection is closed.
 */
function endSoon(incoming: Incoming): void {
  if (incoming.complete || incoming.destroyed) return;
  incoming.resume();
  const timer = setTimeout(() => incoming.destroy(), DRAIN_MS);
  timer.unref();
  incoming.once("close", () => clearTimeout(timer));
  incoming.once("end", () => clearTimeout(timer));
}
