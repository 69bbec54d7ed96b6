import type { IncomingMessage, ServerResponse } from "node:http";

const LOOPBACK = /^(localhost|127\.0\.0\.1)(:\d+)?$/i;

/**
 * Refuses requests whose host is not this machine: a web page whose domain was made to point here (DNS rebinding) must
 * not be able to read from the issuer. Returns whether the request has been answered.
 */
export function refuseForeignHost(request: IncomingMessage, response: ServerResponse): boolean {
  if (LOOPBACK.test(request.headers.host ?? "")) return false;
  response
    .writeHead(421, { "content-type": "text/plain; charset=utf-8" })
    .end("The local Kinde answers only at localhost and 127.0.0.1.\n");
  return true;
}
