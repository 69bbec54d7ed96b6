import type { IncomingMessage, ServerResponse } from "node:http";

const LOOPBACK = /^(localhost|127\.0\.0\.1)(:\d+)?$/i;

/**
 * Refuses requests under any other name than this machine's own: a page of the web whose name was made to point here
 * (DNS rebinding) must not be able to read from the issuer. Returns whether the request has been answered here.
 */
export function refuseForeignHost(request: IncomingMessage, response: ServerResponse): boolean {
  if (LOOPBACK.test(request.headers.host ?? "")) return false;
  response
    .writeHead(421, { "content-type": "text/plain; charset=utf-8" })
    .end("This issuer answers to localhost only.\n");
  return true;
}
