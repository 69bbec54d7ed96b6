import type { JWTPayload } from "jose";
import { findSubject, type Subject } from "./directory.ts";
import type { Context, Issuer } from "./issuer.ts";

/** The claims of the token in the request's header; undefined when there is none that this issuer signed. */
export async function bearerClaims(issuer: Issuer, ctx: Context): Promise<JWTPayload | undefined> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(ctx.get("authorization"))?.[1];
  return token === undefined ? undefined : issuer.signer.verify(token);
}

/** Answers 401. `needed` names the token that is wanted: "An access token". */
export function refuseToken(ctx: Context, needed: string): void {
  ctx.status = 401;
  ctx.set("www-authenticate", 'Bearer error="invalid_token"');
  ctx.body = { errors: [{ code: "TOKEN_INVALID", message: `${needed} of this issuer is required.` }] };
}

/**
 * Whose access token the request carries; answers 401 and returns undefined when there is none that is good. Roles and
 * permissions are those of the config of the moment, not those in the token.
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
  // An id token is signed with the same key, but opens nothing: only access tokens have `scp`.
  const scopes = claims?.["scp"];
  if (subject !== undefined && Array.isArray(scopes)) return { subject, scopes: scopes.map(String) };
  refuseToken(ctx, "An access token");
  return undefined;
}
