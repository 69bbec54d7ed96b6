import { findSubject, type Subject } from "./directory.ts";
import type { Context, Issuer } from "./issuer.ts";

/**
 * Whose access token the request carries; answers 401 and returns undefined when there is none that is good. Roles and
 * permissions are those of the config of the moment, not those in the token.
 */
export async function authenticate(
  issuer: Issuer,
  ctx: Context,
): Promise<{ subject: Subject; scopes: string[] } | undefined> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(ctx.get("authorization"))?.[1];
  const claims = token === undefined ? undefined : await issuer.signer.verify(token);
  const code = claims?.["org_code"] ?? claims?.["x-hasura-org-code"];
  const subject =
    claims?.sub === undefined
      ? undefined
      : findSubject(issuer.config, claims.sub, typeof code === "string" ? code : undefined);
  // An id token is signed with the same key, but opens nothing: only access tokens have `scp`.
  const scopes = claims?.["scp"];
  if (subject !== undefined && Array.isArray(scopes)) return { subject, scopes: scopes.map(String) };

  ctx.status = 401;
  ctx.set("www-authenticate", 'Bearer error="invalid_token"');
  ctx.body = { errors: [{ code: "TOKEN_INVALID", message: "An access token of this issuer is required." }] };
  return undefined;
}
