import type { Provider } from "oidc-provider";
import type { Issuer, Middleware } from "./issuer.ts";
import type { MemoryStore } from "./memory-adapter.ts";
import { renderMessage } from "./pages.ts";
import { clearRefreshCookies } from "./refresh-cookie.ts";

/**
 * `GET /logout?redirect=&all_sessions=`, which Kinde's SDK calls without a client id. Ends the session and revokes its
 * refresh tokens (`all_sessions=true`: all sessions of the person, in every browser), then redirects to `redirect` if
 * an application has registered it. Access tokens stay valid until they expire, as at Kinde.
 */
export function logout(issuer: Issuer, provider: Provider, store: MemoryStore): Middleware {
  return async (ctx, next) => {
    if (ctx.method !== "GET" || ctx.path !== "/logout") return next();
    const session = await provider.Session.get(ctx);
    const { accountId, uid } = session;
    if (accountId !== undefined) {
      const everywhere = ctx.query["all_sessions"] === "true";
      await endSessions(issuer, provider, store, everywhere ? { accountId } : { uid });
    }
    ctx.cookies.set(provider.cookieName("session"), null, { httpOnly: true, sameSite: "lax" });
    clearRefreshCookies(issuer, ctx);
    ctx.set("cache-control", "no-store");

    const redirect = typeof ctx.query["redirect"] === "string" ? ctx.query["redirect"] : "";
    if (redirect === "") {
      renderMessage(ctx, { title: "Signed out", text: "You can close this page." });
    } else if (issuer.config.applications.some((application) => application.logoutRedirectUris?.includes(redirect))) {
      ctx.status = 303;
      ctx.redirect(redirect);
    } else {
      const text =
        `You are signed out. No application in the config has ${redirect} in its logoutRedirectUris, so this page ` +
        "does not redirect there. Add it exactly as it is written here: a slash at the end matters.";
      renderMessage(ctx, { status: 400, title: "Signed out without a redirect", text });
    }
  };
}

async function endSessions(
  issuer: Issuer,
  provider: Provider,
  store: MemoryStore,
  of: { accountId: string } | { uid: string },
): Promise<void> {
  const sessions = store.adapter("Session");
  const ids = store.idsOf("Session", (payload) =>
    "uid" in of ? payload.uid === of.uid : payload.accountId === of.accountId,
  );
  await Promise.all(ids.map((id) => sessions.destroy(id)));
  for (const [grantId, binding] of issuer.bindings) {
    if ("uid" in of ? binding.sessionUid !== of.uid : binding.accountId !== of.accountId) continue;
    issuer.bindings.delete(grantId);
    await provider.RefreshToken.revokeByGrantId(grantId);
    await provider.AuthorizationCode.revokeByGrantId(grantId);
    await store.adapter("Grant").destroy(grantId);
  }
}
