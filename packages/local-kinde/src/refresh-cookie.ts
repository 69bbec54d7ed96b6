import { createHash } from "node:crypto";
import type { Context, Issuer } from "./issuer.ts";

/**
 * The cookie that Kinde's SDK reads with script at start-up: when it is there, the SDK refreshes with cookies and sends
 * no refresh token of its own (`checkAuth` of `@kinde/js-utils`). Its name is fixed there.
 */
const HINT_COOKIE = "_kbrte";

/** Refresh tokens live 30 days; cookies as long. Milliseconds. */
const MAX_AGE = 30 * 86_400_000;

/** Only the token endpoint ever sees the refresh token. */
const TOKEN_PATH = "/oauth2/token";

/**
 * The cookie that holds the refresh token of an application: cookies on localhost ignore ports, so the port is in its
 * name.
 */
export function refreshCookieName(port: number, clientId: string): string {
  return `local_kinde_${port}_refresh_${createHash("sha256").update(clientId).digest("hex").slice(0, 12)}`;
}

/**
 * Keeps the refresh token in a cookie too, for applications with `useInsecureForRefreshToken: false`. Browsers drop it
 * for all others, since their requests carry no credentials.
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

/** Takes both cookies away, for every application. */
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

/** The value of a cookie in a `Cookie` header. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(";") ?? []) {
    const at = pair.indexOf("=");
    if (pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
