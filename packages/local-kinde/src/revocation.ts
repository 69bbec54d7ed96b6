import { decodeJwt } from "jose";
import { revokeAccessToken } from "./existing-token.ts";
import type { Issuer, Middleware } from "./issuer.ts";

/** The field of the form that holds an access token, see {@link hideAccessToken}. */
const FIELD = "access_token";

/**
 * Moves an access token out of the way of oidc-provider, which does not know it as one of its own and refuses any JWT,
 * so that it still checks who revokes.
 */
export function hideAccessToken(form: URLSearchParams): void {
  const token = form.get("token") ?? "";
  if (token.split(".").length !== 3) return;
  form.set(FIELD, token);
  form.set("token", "moved");
}

/** Revokes the access token of a request to `POST /oauth2/revoke`, for the application it was issued to. */
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
