import type { JWTPayload } from "jose";
import { findSubject, type Subject } from "./directory.ts";
import type { Context, Issuer } from "./issuer.ts";

/** Returns the claims of the request's bearer token; `undefined` without a valid token of this issuer. */
export async function bearerClaims(issuer: Issuer, ctx: Context): Promise<JWTPayload | undefined> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(ctx.get("authorization"))?.[1];
  return token === undefined ? undefined : issuer.signer.verify(token);
}

/** Answers 401. `needed` is the start of the message: "An access token". */
export function refuseToken(ctx: Context, needed: string): void {
  ctx.status = 401;
  ctx.set("www-authenticate", 'Bearer error="invalid_token"');
  ctx.body = { errors: [{ code: "TOKEN_INVALID", message: `${needed} of this issuer is required.` }] };
}

/**
 * Returns the user of the request's access token, and its scopes. Without a valid one, answers 401 and returns
 * `undefined`. Roles and permissions come from the current config, not from the token.
 */
export async function authenticate(
  issuer: Issuer,
  ctx: Context,
): Promise<{ subject: Subject; scopes: string[] } | undefined> {
  const claims = await bearerClaims(issuer, ctx);
  const code = claims?.["org_code"] ?? claims?.["x-hasura-org-code"];
  const subject =
    claims?.sub === undefined
      ? undefined
      : findSubject(issuer.config, claims.sub, typeof code === "string" ? code : undefined);
  // An id token is signed with the same key, and is refused here: only access tokens have `scp`.
  const scopes = claims?.["scp"];
  if (subject !== undefined && Array.isArray(scopes)) return { subject, scopes: scopes.map(String) };
  refuseToken(ctx, "An access token");
  return undefined;
}
