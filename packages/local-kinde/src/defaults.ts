import type { Middleware } from "./issuer.ts";

/**
 * What Kinde takes for granted and oidc-provider does not: a default scope, an audience for each parameter of that name
 * and `start_page`, the name that Kinde's SDKs for servers have for `prompt=create`.
 */
export const kindeDefaults: Middleware = async (ctx, next) => {
  if (ctx.path === "/oauth2/auth" && ctx.method === "GET") {
    const { scope, audience, prompt, start_page: startPage } = ctx.query;
    ctx.query = {
      ...ctx.query,
      ...((scope ?? "") === "" ? { scope: "email profile openid offline" } : {}),
      ...(Array.isArray(audience) ? { audience: audience.join(" ") } : {}),
      ...(startPage === "registration" && prompt === undefined ? { prompt: "create" } : {}),
    };
  }
  if (ctx.path === "/.well-known/jwks.json") ctx.path = "/.well-known/jwks";
  await next();
};
