import { createHash } from "node:crypto";
import type { Context, Issuer } from "./issuer.ts";

/**
 * The name of the cookie that Kinde's SDK looks for at the start. If it is set, the SDK refreshes with cookies and
 * sends no refresh token of its own (`checkAuth` of `@kinde/js-utils`). The SDK requires this name.
 */
const HINT_COOKIE = "_kbrte";

/** How long the cookies are valid, in ms: as long as refresh tokens, 30 days. */
const MAX_AGE = 30 * 86_400_000;

/** The path of the refresh cookie: browsers send it only to the token endpoint. */
const TOKEN_PATH = "/oauth2/token";

/**
 * Returns the name of the cookie with the refresh token of an application. Cookies on localhost are shared by all
 * ports, so the port is in the name.
 */
export function refreshCookieName(port: number, clientId: string): string {
  return `local_kinde_${port}_refresh_${createHash("sha256").update(clientId).digest("hex").slice(0, 12)}`;
}

/**
 * Stores the refresh token in a cookie, too, for applications with `useInsecureForRefreshToken: false`. For all others,
 * browsers ignore it, since their requests are sent without credentials.
 */
export function setRefreshCookies(issuer: Issuer, ctx: Context, clientId: string, refreshToken: string): void {
  const options = { sameSite: "lax", maxAge: MAX_AGE, signed: false, overwrite: true } as const;
  ctx.cookies.set(refreshCookieName(issuer.port, clientId), refreshToken, {
    ...options,
    httpOnly: true,
    path: TOKEN_PATH,
  });
  ctx.cookies.set(HINT_COOKIE, "1", { ...options, httpOnly: false, path: "/" });
}

/** Deletes both cookies, for every application. */
export function clearRefreshCookies(issuer: Issuer, ctx: Context): void {
  const options = { sameSite: "lax", signed: false, overwrite: true } as const;
  for (const { clientId } of issuer.config.applications) {
    ctx.cookies.set(refreshCookieName(issuer.port, clientId), null, {
      ...options,
      httpOnly: true,
      path: TOKEN_PATH,
    });
  }
  ctx.cookies.set(HINT_COOKIE, null, { ...options, httpOnly: false, path: "/" });
}

/** Returns the value of a cookie in a `Cookie` header. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(";") ?? []) {
    const at = pair.indexOf("=");
    if (pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
