import { findApplication, findSubject } from "./directory.ts";
import { accessTokenOf } from "./existing-token.ts";
import { isObject } from "./is-object.ts";
import type { Context, Issuer, Middleware } from "./issuer.ts";
import { clearRefreshCookies, setRefreshCookies } from "./refresh-cookie.ts";

/** Replaces oidc-provider's tokens in the answers of `POST /oauth2/token` with Kinde's. */
export function tokenResponse(issuer: Issuer): Middleware {
  return async (ctx, next) => {
    await next();
    if (ctx.method !== "POST" || ctx.path !== "/oauth2/token") return;
    if (ctx.status === 200) await replaceTokens(issuer, ctx);
    else if (isInvalidGrant(ctx.body)) clearRefreshCookies(issuer, ctx);
  };
}

async function replaceTokens(issuer: Issuer, ctx: Context): Promise<void> {
  const { AuthorizationCode, Client, Grant, RefreshToken } = ctx.oidc.entities;
  const source = RefreshToken ?? AuthorizationCode;
  const body: unknown = ctx.body;
  const binding = Grant?.jti === undefined ? undefined : issuer.bindings.get(Grant.jti);
  const application = Client && findApplication(issuer.config, Client.clientId);
  const subject = binding && findSubject(issuer.config, binding.accountId, binding.organization);
  if (
    source === undefined ||
    binding === undefined ||
    application === undefined ||
    subject === undefined ||
    !isObject(body)
  ) {
    throw new Error("oidc-provider issued a token that belongs to no sign-in.");
  }
  const scopes = [...source.scopes];
  const request = { config: issuer.config, application, subject, scopes, audience: binding.audience };
  const { accessToken, expiresAt } = await accessTokenOf(issuer, binding, application, scopes);
  const signIn = {
    authTime: source.authTime ?? binding.requestedAt,
    requestedAt: binding.requestedAt,
    ...(source.nonce === undefined ? {} : { nonce: source.nonce }),
  };
  ctx.body = {
    ...body,
    access_token: accessToken,
    // For an existing token, its remaining lifetime.
    expires_in: expiresAt - Math.floor(Date.now() / 1000),
    ...(scopes.includes("openid") ? { id_token: await issuer.signer.idToken(request, signIn, accessToken) } : {}),
  };
  if (typeof body["refresh_token"] === "string") {
    setRefreshCookies(issuer, ctx, application.clientId, body["refresh_token"]);
  }
}

function isInvalidGrant(body: unknown): boolean {
  return isObject(body) && body["error"] === "invalid_grant";
}
