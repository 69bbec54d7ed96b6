import type { Interaction, Provider } from "oidc-provider";
import { findApplication, findPerson } from "./directory.ts";
import type { Context, Issuer, Middleware } from "./issuer.ts";
import { renderMessage } from "./pages.ts";
import { SIGN_IN_PATH } from "./provider.ts";
import { renderSignInPage } from "./sign-in-page.ts";

/** The maximum size of a posted form, in characters. */
const LIMIT = 4096;

/**
 * `GET /sign-in/{id}` shows the people. `POST` signs in the chosen one and continues the application's request. With
 * `?org_code=…`, both act as if the application had requested that organization.
 */
export function signIn(issuer: Issuer, provider: Provider): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith(`${SIGN_IN_PATH}/`) || (ctx.method !== "GET" && ctx.method !== "POST")) return next();
    const interaction = await findInteraction(provider, ctx);
    if (interaction === undefined) {
      renderMessage(ctx, {
        status: 400,
        title: "This sign-in has expired",
        text: "Go back to the application and sign in again.",
      });
      return;
    }
    const { org_code: organization } = ctx.query;
    if (typeof organization === "string") interaction.params["org_code"] = organization;
    const person = ctx.method === "POST" ? findPerson(issuer.config, await postedPerson(ctx)) : undefined;
    if (person === undefined) showPeople(issuer, ctx, interaction);
    else await finish(provider, ctx, interaction, person.id);
  };
}

async function findInteraction(provider: Provider, ctx: Context): Promise<Interaction | undefined> {
  try {
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    return ctx.path === `${SIGN_IN_PATH}/${interaction.uid}` ? interaction : undefined;
  } catch {
    return undefined;
  }
}

function showPeople(issuer: Issuer, ctx: Context, { params }: Interaction): void {
  const clientId = String(params["client_id"]);
  const { org_code: organization, login_hint: loginHint } = params;
  renderSignInPage(ctx, {
    config: issuer.config,
    application: findApplication(issuer.config, clientId)?.name ?? clientId,
    ...(typeof organization === "string" && organization !== "" ? { organization } : {}),
    ...(typeof loginHint === "string" ? { loginHint } : {}),
    redirectOrigin: new URL(String(params["redirect_uri"])).origin,
  });
}

async function finish(provider: Provider, ctx: Context, interaction: Interaction, accountId: string): Promise<void> {
  // The organization may come from the address of the sign-in page.
  await interaction.persist();
  const result = { login: { accountId }, create: {} };
  const returnTo = await provider.interactionResult(ctx.req, ctx.res, result, {
    mergeWithLastSubmission: false,
  });
  // The browser may have another person's session. oidc-provider would end it with a page that runs a script. Here,
  // the session is given to the new person instead.
  const uid = interaction.session?.uid;
  const session = uid === undefined ? undefined : await provider.Session.findByUid(uid);
  if (session?.accountId !== undefined && session.accountId !== accountId) {
    session.loginAccount({ accountId });
    session.authorizations = {};
    await session.persist();
  }
  ctx.cookies.set(provider.cookieName("interaction"), null, {
    path: ctx.path,
    httpOnly: true,
    sameSite: "lax",
  });
  ctx.status = 303;
  ctx.redirect(returnTo);
}

async function postedPerson(ctx: Context): Promise<string> {
  let body = "";
  for await (const chunk of ctx.req) {
    body += String(chunk);
    if (body.length > LIMIT) return "";
  }
  return new URLSearchParams(body).get("person") ?? "";
}
