import { errors, type Grant } from "oidc-provider";
import { audiencesOf } from "./audience.ts";
import { findSubject } from "./directory.ts";
import type { Context, Issuer } from "./issuer.ts";

/** What Kinde's SDK asks for. It is `offline`, not `offline_access`. */
export const SCOPES: readonly string[] = ["openid", "profile", "email", "offline"];

/**
 * Makes the grant of one authorization and binds it to its organization, so that what a person does in one
 * organization never gets a token of another.
 *
 * @throws AccessDenied when the person is no member of the organization that `org_code` asks for: oidc-provider
 *   tells the application with `error=access_denied`, with `prompt=none` and without.
 */
export async function bindGrant(issuer: Issuer, ctx: Context): Promise<Grant | undefined> {
  const { account, client, params, provider, session } = ctx.oidc;
  if (account === undefined || client === undefined || session === undefined) return undefined;
  // Someone else may sign in on the page that follows: nothing is granted to the present person.
  if (ctx.oidc.promptPending("login") || ctx.oidc.promptPending("create")) return undefined;

  const asked = params?.["org_code"];
  const code = typeof asked === "string" && asked !== "" ? asked : undefined;
  const subject = findSubject(issuer.config, account.accountId, code);
  if (subject === undefined) {
    throw new errors.AccessDenied(`${account.accountId} is not a member of the organization ${code ?? ""}`);
  }
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.addOIDCScope(SCOPES.join(" "));
  const id = await grant.save();
  issuer.bindings.set(id, {
    accountId: account.accountId,
    ...(subject.place === undefined ? {} : { organization: subject.place.organization.code }),
    audience: audiencesOf(params?.["audience"]),
    requestedAt: Math.floor(Date.now() / 1000),
    sessionUid: session.uid,
  });
  return grant;
}
