import type { Middleware } from "./issuer.ts";

/**
 * Makes oidc-provider accept requests as Kinde does: without a scope, with several `audience` parameters, and with
 * `start_page`, which Kinde's SDKs for servers send instead of `prompt=create`.
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
