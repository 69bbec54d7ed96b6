import { at } from "./fields.ts";
import { describe, request } from "./http.ts";
import { readJwks } from "./jwks.ts";

/** Where Kinde has people sign in, below the issuer. */
export const AUTHORIZE_PATH = "/oauth2/auth";

/**
 * Why nobody should sign in at this issuer; undefined if it looks like a Kinde domain: its OpenID metadata names it and
 * Kinde's endpoint, and its keys can be read.
 */
export async function whyNotKinde(fetch: typeof globalThis.fetch, issuer: string): Promise<string | undefined> {
  const url = `${issuer}/.well-known/openid-configuration`;
  // Public, and no token goes with it, so redirects do no harm.
  const reply = await request(fetch, url, { redirect: "follow" });
  if (reply.kind === "nothing" || reply.status !== 200) return `${url}: ${describe(reply)}.`;
  const [name, endpoint] = [at(reply.body, "issuer"), at(reply.body, "authorization_endpoint")];
  if (typeof name !== "string" || typeof endpoint !== "string") return `${url} has no OpenID metadata.`;
  if (name.replace(/\/+$/, "") !== issuer) return `${url} names another issuer.`;
  if (!URL.canParse(endpoint) || new URL(endpoint).pathname !== new URL(`${issuer}${AUTHORIZE_PATH}`).pathname) {
    return `${url} names a sign-in address other than Kinde's, which is ${AUTHORIZE_PATH}.`;
  }
  const { keys, verdicts } = await readJwks(fetch, issuer);
  return keys === undefined ? verdicts["jwks-reachable"].seen : undefined;
}
