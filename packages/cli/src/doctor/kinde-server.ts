import { isLoopback } from "@kinde-cerbos/core/internal";
import * as oauth from "oauth4webapi";
import { at } from "./fields.ts";
import { fetchOk, NotOk } from "./http.ts";
import { readJwks } from "./jwks.ts";
import { LoginError } from "./login-error.ts";

/** The path of Kinde's sign-in, below the issuer. */
export const AUTHORIZE_PATH = "/oauth2/auth";

/**
 * Returns the authorization server of this issuer, if it looks like a Kinde domain: its OpenID metadata names this
 * issuer and Kinde's endpoint, and its keys can be read. The token endpoint is Kinde's, whatever the metadata says.
 *
 * @throws LoginError if it does not look like a Kinde domain, or is on another machine and does not use https
 */
export async function findKinde(fetch: typeof globalThis.fetch, issuer: string): Promise<oauth.AuthorizationServer> {
  requireSecure(issuer);
  const url = `${issuer}/.well-known/openid-configuration`;
  const metadata = await readMetadata(fetch, issuer).catch((error: unknown) => {
    if (error instanceof NotOk) throw notKinde(`${url}: ${error.message}.`);
    const namesAnother = at(error, "code") === oauth.JSON_ATTRIBUTE_COMPARISON;
    throw notKinde(`${url} ${namesAnother ? "names another issuer" : "has no OpenID metadata"}.`);
  });
  const endpoint = metadata.authorization_endpoint;
  if (typeof endpoint !== "string") throw notKinde(`${url} has no OpenID metadata.`);
  if (!URL.canParse(endpoint) || new URL(endpoint).pathname !== new URL(`${issuer}${AUTHORIZE_PATH}`).pathname) {
    throw notKinde(`${url} names a sign-in address other than Kinde's, which is ${AUTHORIZE_PATH}.`);
  }
  const { keys, verdicts } = await readJwks(fetch, issuer);
  if (keys === undefined) throw notKinde(verdicts["jwks-reachable"].seen);
  return { ...metadata, token_endpoint: `${issuer}/oauth2/token` };
}

async function readMetadata(fetch: typeof globalThis.fetch, issuer: string): Promise<oauth.AuthorizationServer> {
  // The metadata is public, and no token is sent, so redirects are safe.
  const options = { [oauth.customFetch]: fetchOk(fetch, "follow"), [oauth.allowInsecureRequests]: isLocal(issuer) };
  return oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), options));
}

/** Whether an issuer is on this machine, where plain HTTP is safe. */
export function isLocal(issuer: string): boolean {
  return isLoopback(new URL(issuer).hostname);
}

/** @throws LoginError if the code and the token would be sent to another machine without encryption */
function requireSecure(issuer: string): void {
  if (new URL(issuer).protocol === "https:" || isLocal(issuer)) return;
  throw new LoginError(
    `${issuer} is not https, so the doctor does not send you there to sign in. Use https:// in --issuer. Plain http ` +
      "is only for issuers on this machine, such as http://localhost:4005.",
  );
}

function notKinde(problem: string): LoginError {
  return new LoginError(`${problem} Is --issuer your Kinde domain, such as https://YOUR_DOMAIN.kinde.com?`);
}
