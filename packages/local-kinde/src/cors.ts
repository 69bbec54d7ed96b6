import type { IncomingMessage, ServerResponse } from "node:http";
import type { ApplicationConfig } from "./config.ts";
import type { Issuer } from "./issuer.ts";

/** The origins of an application: those of its redirect URIs. Its pages may read answers. */
export function originsOf({ redirectUris }: ApplicationConfig): Set<string> {
  return new Set(redirectUris.map((uri) => new URL(uri).origin));
}

/**
 * Cross-origin rules, set before oidc-provider sets its own, which allow every origin. Returns whether the request has
 * been answered here.
 *
 * - A page of a registered application: everything, with credentials. Preflights are answered here; Kinde's SDK makes
 *   one for its `Kinde-SDK` header.
 * - Any other page: no permission to read, and writes are refused, since a form post needs no preflight.
 */
export function answerCors(issuer: Issuer, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  const allowed =
    origin !== undefined && issuer.config.applications.some((application) => originsOf(application).has(origin));
  response.setHeader("vary", "Origin");
  // Naming the issuer's own origin permits nobody else; no header at all would make oidc-provider add one.
  response.setHeader("access-control-allow-origin", allowed ? origin : issuer.url);
  if (allowed) {
    response.setHeader("access-control-allow-credentials", "true");
    response.setHeader("access-control-expose-headers", "WWW-Authenticate");
  }
  if (request.method === "OPTIONS") {
    if (allowed) {
      response.setHeader("access-control-allow-methods", "GET, POST, PATCH");
      response.setHeader("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "");
      response.setHeader("access-control-max-age", "600");
    }
    response.writeHead(allowed ? 204 : 403).end();
    return true;
  }
  if (
    origin === undefined ||
    allowed ||
    origin === ownOrigin(request) ||
    request.method === "GET" ||
    request.method === "HEAD"
  ) {
    return false;
  }
  response.writeHead(403, { "content-type": "application/json" }).end(
    JSON.stringify({
      error: "invalid_request",
      error_description: `no application has a redirect URI of the origin ${origin}`,
    }),
  );
  return true;
}

/** The issuer's own pages, which may have been opened as 127.0.0.1; the host was checked before. */
function ownOrigin(request: IncomingMessage): string {
  return `http://${request.headers.host ?? ""}`;
}
