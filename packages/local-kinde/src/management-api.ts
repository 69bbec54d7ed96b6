import { bearerClaims, refuseToken } from "./bearer.ts";
import { findPerson } from "./directory.ts";
import type { Issuer, Middleware } from "./issuer.ts";
import { decodePart } from "./path-part.ts";

const REFRESH_CLAIMS = /^\/api\/v1\/users\/([^/]+)\/refresh_claims$/;

/** The `gty` of a machine's tokens, as at Kinde. A user's token does not have it. */
const MACHINE = "client_credentials";

/** Returns the audience of the management API. */
export function managementAudience(url: string): string {
  return `${url}/api`;
}

/**
 * Returns the claims of a machine's token for the management API. As at Kinde, it has no `sub`.
 *
 * @param scope - Scopes, separated by spaces
 */
export function managementClaims(url: string, clientId = "management", scope = ""): Record<string, unknown> {
  const scp = scope.split(" ").filter((one) => one !== "");
  return { azp: clientId, aud: [managementAudience(url)], gty: [MACHINE], scope, scp, v: "2" };
}

/** `POST /api/v1/users/{id}/refresh_claims`: the only endpoint of Kinde's management API here. */
export function managementApi(issuer: Issuer): Middleware {
  return async (ctx, next) => {
    const part = ctx.method === "POST" ? REFRESH_CLAIMS.exec(ctx.path)?.[1] : undefined;
    if (part === undefined) return next();
    const id = decodePart(part);
    ctx.set("cache-control", "no-store");
    const { aud = [], gty } = (await bearerClaims(issuer, ctx)) ?? {};
    if (!aud.includes(managementAudience(issuer.url)) || !Array.isArray(gty) || !gty.includes(MACHINE)) {
      refuseToken(ctx, "A token for the management API");
    } else if (findPerson(issuer.config, id) === undefined) {
      ctx.status = 404;
      ctx.body = { errors: [{ code: "USER_NOT_FOUND", message: `There is no user ${id}.` }] };
    } else {
      issuer.claimsCache.forget(id);
      ctx.body = { code: "OK", message: "The next access token that is issued to the user has current claims." };
    }
  };
}
