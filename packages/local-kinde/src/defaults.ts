import type { Middleware } from "./issuer.ts";

/** What Kinde takes for granted and oidc-provider does not. */
export const kindeDefaults: Middleware = async (ctx, next) => {
  if (ctx.path === "/oauth2/auth" && ctx.method === "GET" && (ctx.query["scope"] ?? "") === "") {
    ctx.query = { ...ctx.query, scope: "email profile openid offline" };
  }
  if (ctx.path === "/.well-known/jwks.json") ctx.path = "/.well-known/jwks";
  await next();
};
