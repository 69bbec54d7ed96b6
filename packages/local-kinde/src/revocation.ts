import { decodeJwt } from "jose";
import { revokeAccessToken } from "./existing-token.ts";
import type { Issuer, Middleware } from "./issuer.ts";

/** The form field that {@link hideAccessToken} moves an access token to. */
const FIELD = "access_token";

/**
 * Moves an access token to another field of the form. oidc-provider does not know the token and would refuse any JWT.
 * Without it, oidc-provider still authenticates the application.
 */
export function hideAccessToken(form: URLSearchParams): void {
  const token = form.get("token") ?? "";
  if (token.split(".").length !== 3) return;
  form.set(FIELD, token);
  form.set("token", "moved");
}

/** Revokes the access token of a request to `POST /oauth2/revoke`, if it was issued to the application that sent it. */
export function revocation(issuer: Issuer): Middleware {
  return async (ctx, next) => {
    await next();
    if (ctx.method !== "POST" || ctx.path !== "/oauth2/revoke" || ctx.status !== 200) return;
    const token = ctx.oidc.body?.[FIELD];
    if (typeof token === "string" && azpOf(token) === ctx.oidc.client?.clientId) await revokeAccessToken(issuer, token);
  };
}

function azpOf(token: string): unknown {
  try {
    return decodeJwt(token)["azp"];
  } catch {
    return undefined;
  }
}
