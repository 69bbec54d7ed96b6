import { errors, type Grant } from "oidc-provider";
import { audiencesOf } from "./audience.ts";
import { findSubject } from "./directory.ts";
import type { Context, Issuer } from "./issuer.ts";

/** The scopes that Kinde's SDK requests. The last one is `offline`, not the usual `offline_access`. */
export const SCOPES: readonly string[] = ["openid", "profile", "email", "offline"];

/**
 * Creates the grant of one authorization and binds it to its organization, so that a sign-in to one organization never
 * gets a token of another.
 *
 * @throws AccessDenied if the person is not a member of the organization in `org_code`. oidc-provider reports it to the
 *   application as `error=access_denied`, also with `prompt=none`.
 */
export async function bindGrant(issuer: Issuer, ctx: Context): Promise<Grant | undefined> {
  const { account, client, params, provider, session } = ctx.oidc;
  if (account === undefined || client === undefined || session === undefined) return undefined;
  // Another person may sign in on the next page, so nothing is granted to the current one.
  if (ctx.oidc.promptPending("login") || ctx.oidc.promptPending("create")) return undefined;

  const requested = params?.["org_code"];
  const code = typeof requested === "string" && requested !== "" ? requested : undefined;
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
