import { IncomingMessage, type ServerResponse } from "node:http";
import type { Provider } from "oidc-provider";
import { originsOf } from "./cors.ts";
import { findApplication } from "./directory.ts";
import type { Issuer } from "./issuer.ts";
import { answerMachine } from "./machine-token.ts";
import { readBody } from "./read-body.ts";
import { cookieIn, refreshCookieName } from "./refresh-cookie.ts";
import { hideAccessToken } from "./revocation.ts";

/** The maximum size of a token request, in bytes. A real one is far smaller. */
const LIMIT = 56 * 1024;

/**
 * Converts the form posts of Kinde's SDK that oidc-provider does not understand. Returns the request to continue with,
 * or `undefined` if it has been answered.
 *
 * - A refresh in cookie mode has no `refresh_token`: it is taken from the cookie. The same is done if another tab with
 *   the same cookie has already used the token in the form.
 * - A revocation may be of an access token, which oidc-provider does not know.
 * - The grant of a machine is answered here.
 */
export async function readTokenRequest(
  issuer: Issuer,
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<IncomingMessage | undefined> {
  const path = request.url?.split("?")[0];
  if (request.method !== "POST" || (path !== "/oauth2/token" && path !== "/oauth2/revoke")) return request;
  const body = await readBody(request, LIMIT);
  if (body === undefined) {
    response.writeHead(413, { connection: "close" }).end();
    return undefined;
  }
  const form = new URLSearchParams(body.toString("utf8"));
  if (path === "/oauth2/revoke") {
    hideAccessToken(form);
    return replay(request, Buffer.from(form.toString()));
  }
  if (form.get("grant_type") === "client_credentials") {
    await answerMachine(issuer, form, request, response);
    return undefined;
  }
  const cookie =
    form.get("grant_type") === "refresh_token" ? refreshCookie(issuer, request, form.get("client_id")) : undefined;
  if (cookie === undefined) return replay(request, body);
  const given = form.get("refresh_token");
  if (given === null || given === "" || (await provider.RefreshToken.find(given))?.consumed !== undefined) {
    form.set("refresh_token", cookie);
  }
  return replay(request, Buffer.from(form.toString()));
}

/**
 * Returns the refresh token in the application's cookie, only for a page of that application: browsers send the cookie
 * with requests of every application.
 */
function refreshCookie(issuer: Issuer, request: IncomingMessage, clientId: string | null): string | undefined {
  const application = clientId === null ? undefined : findApplication(issuer.config, clientId);
  const { cookie, origin } = request.headers;
  if (application === undefined || origin === undefined || !originsOf(application).has(origin)) return undefined;
  return cookieIn(cookie, refreshCookieName(issuer.port, application.clientId));
}

/** Returns the same request with this body, unread. */
function replay(request: IncomingMessage, body: Buffer): IncomingMessage {
  const copy = new IncomingMessage(request.socket);
  copy.method = request.method;
  copy.url = request.url;
  copy.httpVersion = request.httpVersion;
  copy.headers = { ...request.headers, "content-length": String(body.length) };
  delete copy.headers["transfer-encoding"];
  copy.complete = true; // otherwise its end looks like an abort, which destroys the socket
  copy.push(body);
  copy.push(null);
  return copy;
}
