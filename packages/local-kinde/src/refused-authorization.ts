import { findApplication } from "./directory.ts";
import type { Context, Issuer, Middleware } from "./issuer.ts";
import { renderErrorPage } from "./pages.ts";

/**
 * Shows a page for a wrong authorization request without PKCE, instead of redirecting with the error. Such a request
 * comes from an SDK for servers, and Kinde's SDK for Next.js repeats it after each error, without end.
 */
export function refusedAuthorization(issuer: Issuer): Middleware {
  return async (ctx, next) => {
    await next();
    const { code_challenge: challenge, prompt } = ctx.query;
    // With `prompt=none`, a page of the application waits in a frame for the redirect.
    if (ctx.path !== "/oauth2/auth" || challenge !== undefined || prompt === "none") return;
    const location = ctx.response.get("location");
    const answer = URL.canParse(location) ? new URL(location).searchParams : undefined;
    const error = answer?.get("error");
    if (!error?.startsWith("invalid_")) return;
    ctx.remove("location");
    ctx.status = 400;
    renderErrorPage(
      ctx,
      { error, error_description: answer?.get("error_description") ?? undefined },
      hint(issuer, ctx),
    );
  };
}

function hint(issuer: Issuer, { query }: Context): string | undefined {
  const application = findApplication(issuer.config, String(query["client_id"]));
  if (application === undefined || application.clientSecret !== undefined) return undefined;
  return (
    `The application ${application.clientId} has no clientSecret in the config, so it must use PKCE. Kinde's SDKs ` +
    "for servers, such as the one for Next.js, use a secret instead: set clientSecret to the value of " +
    "KINDE_CLIENT_SECRET."
  );
}
