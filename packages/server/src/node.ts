import type { IncomingMessage, ServerResponse } from "node:http";

import { describeError, Failure, framesOf } from "./error-text.ts";

/** A Fetch handler, as the gateway is one. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

/** A listener of `node:http`, and a handler of Express and other frameworks on it. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => void;

/** A body that was answered before its end is read for so long, so that the client gets to the answer, in ms. */
const DRAIN_MS = 1000;

/** Of an answer that is not the handler's. */
const HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

/** Where a target that is no whole address belongs: handlers look at its path alone. */
const BASE = "http://localhost";

/**
 * Lets a Fetch handler answer requests of `node:http`, Express or Connect.
 *
 * Mount it before whatever reads bodies, such as `express.json()`: a body can be
 * read once.
 */
export function toNodeListener(handler: FetchHandler): NodeListener {
  return (request, response) => void answer(handler, request, response);
}

async function answer(handler: FetchHandler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const left = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) left.abort();
  });
  if (!isFetchable(incoming)) {
    outgoing.statusCode = 400;
    outgoing.setHeaders(new Headers(HEADERS));
    outgoing.end('{"code":3,"message":"This method, or this target, is none that is taken here."}');
    return endSoon(incoming);
  }
  let request: Request | undefined;
  try {
    request = requestOf(incoming, left.signal);
    const response = await handler(request);
    const body = response.body ? new Uint8Array(await response.arrayBuffer()) : undefined;
    outgoing.statusCode = response.status;
    for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
    outgoing.end(body);
  } catch (error) {
    const what = [describeError(error), ...framesOf(error)].join("\n");
    console.error(`kinde-cerbos: a request failed before it was answered: ${what}`);
    if (!outgoing.headersSent) {
      outgoing.writeHead(500, HEADERS);
      outgoing.write('{"code":13,"message":"The server failed at this request. Its log has the cause."}');
    }
    outgoing.end();
  }
  // A handler that refused the request by its head has not looked at the body, which then waits to be read.
  await request?.body?.cancel().catch(() => {});
  endSoon(incoming);
}

/** Fetch has no request for some that anybody may send: they are the client's fault, and no line in a log. */
function isFetchable({ method = "GET", url = "/" }: IncomingMessage): boolean {
  return URL.canParse(url, BASE) && !/^(?:CONNECT|TRACE|TRACK)$/i.test(method);
}

function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET", url = "/", rawHeaders } = incoming;
  const headers = new Headers();
  // As they came: Node's own list keeps one of two Authorization headers, and does not say so.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    // HTTP/2 has the method and the path among them.
    if (!name.startsWith(":")) headers.append(name, value);
  }
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(new URL(url, BASE), {
    method,
    headers,
    signal,
    ...(hasBody && { body: streamOf(incoming), duplex: "half" }),
  });
}

/** The body as it comes, at the pace of who reads it. Who gives it up leaves the connection as it is: the answer needs it. */
function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  if (incoming.readableEnded) {
    throw new Failure("The body was read before. Mount the gateway before what reads bodies, such as express.json().");
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
      incoming.once("end", end(() => stream.close()));
      incoming.once("error", end(() => stream.error(new TypeError("The client has left."))));
      incoming.once("close", end(() => stream.error(new TypeError("The client has left."))));
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
 * Reads on, and drops, what is left of a body after the answer, or the next request on the connection would wait behind
 * it. For a moment; then the connection ends.
 */
function endSoon(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return;
  incoming.resume();
  const timer = setTimeout(() => incoming.destroy(), DRAIN_MS);
  timer.unref();
  incoming.once("close", () => clearTimeout(timer));
  incoming.once("end", () => clearTimeout(timer));
}
