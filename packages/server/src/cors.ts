import { isName, requireOption } from "@kinde-cerbos/core/internal";

/** Other origins whose pages may send requests. */
export type CorsOrigins = readonly string[] | "*" | undefined;

/** @throws AuthzError `invalid_option` */
export function requireOrigins(origins: CorsOrigins): void {
  requireOption(
    origins === undefined || origins === "*" || (Array.isArray(origins) && origins.every(isOrigin)),
    'corsOrigins must be a list of origins such as "https://app.example.com", without a slash at the end, or "*"',
  );
}

/**
 * Whether it is an origin as browsers send it; any other text would never match. Native apps have their own schemes.
 */
function isOrigin(text: unknown): boolean {
  return isName(text) && /^[a-z][a-z\d+.-]*:\/\/[^/]+$/.test(text);
}

/** The CORS headers for a page of another origin, if it may send requests. */
export function corsHeaders(
  request: Request,
  origins: CorsOrigins,
  hasEvents: boolean,
): { [name: string]: string } | undefined {
  const origin = request.headers.get("origin");
  if (origins === undefined || origin === null || !(origins === "*" || origins.includes(origin))) return undefined;
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": hasEvents ? "GET, POST" : "POST",
    "access-control-allow-headers": `authorization, content-type${hasEvents ? ", last-event-id" : ""}`,
    "access-control-expose-headers": "retry-after, x-request-id",
    "access-control-max-age": "600",
    vary: "origin",
  };
}
