import type { IncomingMessage, ServerResponse } from "node:http";
import type { ApplicationConfig } from "./config.ts";
import type { Issuer } from "./issuer.ts";

/** Returns the origins of an application: those of its redirect URIs. Pages of these origins may read answers. */
export function originsOf({ redirectUris }: ApplicationConfig): Set<string> {
  return new Set(redirectUris.map((uri) => new URL(uri).origin));
}

/**
 * Applies the cross-origin rules, before oidc-provider sets its own headers, which allow every origin. Returns whether
 * the request has been answered.
 *
 * - A page of a registered application may do everything, with credentials. Preflights are answered here; Kinde's SDK
 *   causes one with its `Kinde-SDK` header.
 * - Any other page may read nothing. Its writes are refused too, since a form post needs no preflight.
 */
export function answerCors(issuer: Issuer, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  const allowed =
    origin !== undefined && issuer.config.applications.some((application) => originsOf(application).has(origin));
  response.setHeader("vary", "Origin");
  // The issuer's own origin allows no other page. Without a header, oidc-provider would add one.
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
      error_description: `No application in the config has a redirect URI of the origin ${origin}.`,
    }),
  );
  return true;
}

/** Returns the origin of the issuer's own pages, which may be open as 127.0.0.1. The host has been checked already. */
function ownOrigin(request: IncomingMessage): string {
  return `http://${request.headers.host ?? ""}`;
}
