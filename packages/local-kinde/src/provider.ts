import { randomBytes } from "node:crypto";
import { interactionPolicy, Provider, type ClientMetadata, type Configuration } from "oidc-provider";
import { checkAudience } from "./audience.ts";
import type { LocalKindeConfig } from "./config.ts";
import { findApplication, findPerson, findSubject } from "./directory.ts";
import { bindGrant, SCOPES } from "./grant-binding.ts";
import type { Context, Issuer } from "./issuer.ts";
import type { MemoryStore } from "./memory-adapter.ts";
import { renderErrorPage } from "./pages.ts";
import type { SigningKey } from "./signing-key.ts";
import { accessTokenLifetime } from "./token-signer.ts";

const DAY = 86_400;

/** The path of the sign-in page. oidc-provider redirects to it, and `sign-in.ts` answers it. */
export const SIGN_IN_PATH = "/sign-in";

/**
 * Creates the oidc-provider, which checks redirect URIs, PKCE, sessions, codes and the rotation of refresh tokens. Its
 * tokens are replaced by Kinde's (`token-response.ts`), so no format is configured for its access tokens.
 */
export function createProvider(issuer: Issuer, key: SigningKey, store: MemoryStore): Provider {
  const configuration: Configuration = {
    adapter: (kind) => store.adapter(kind),
    jwks: { keys: [key.jwk] },
    clientDefaults: {
      application_type: "web",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    },
    clientAuthMethods: ["none", "client_secret_post", "client_secret_basic"],
    responseTypes: ["code"],
    scopes: [...SCOPES],
    claims: { openid: ["sub"] },
    extraParams: {
      org_code: null,
      audience: (_ctx, value, client) => checkAudience(issuer.config, client.clientId, value),
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    routes: {
      authorization: "/oauth2/auth",
      token: "/oauth2/token",
      revocation: "/oauth2/revoke",
      jwks: "/.well-known/jwks",
    },
    discovery: {
      userinfo_endpoint: `${issuer.url}/oauth2/v2/user_profile`,
      end_session_endpoint: `${issuer.url}/logout`,
    },
    cookies: {
      // Cookies on localhost are shared by all ports, so two issuers need different names.
      names: {
        session: `local_kinde_${issuer.port}_session`,
        interaction: `local_kinde_${issuer.port}_interaction`,
        resume: `local_kinde_${issuer.port}_resume`,
      },
      long: { httpOnly: true, sameSite: "lax", signed: true },
      short: { httpOnly: true, sameSite: "lax", signed: true },
      keys: [randomBytes(32).toString("base64url")],
    },
    interactions: {
      policy: signInPolicy(),
      url: (_ctx, interaction) => `${SIGN_IN_PATH}/${interaction.uid}`,
    },
    loadExistingGrant: (ctx) => bindGrant(issuer, ctx),
    findAccount: (_ctx, id, token) => {
      const binding = token?.grantId === undefined ? undefined : issuer.bindings.get(token.grantId);
      // A token is for a person in an organization. Without the membership it is invalid.
      const found =
        token === undefined
          ? findPerson(issuer.config, id)
          : binding && findSubject(issuer.config, id, binding.organization);
      return found && { accountId: id, claims: () => ({ sub: id }) };
    },
    issueRefreshToken: (_ctx, _client, source) => source.scopes.has("offline"),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    conformIdTokenClaims: false,
    clientBasedCORS: () => true, // `cors.ts` has decided already.
    renderError: (ctx, out) => renderErrorPage(ctx, out, redirectHint(issuer.config, ctx, out.error)),
    ttl: {
      AccessToken: (_ctx, _token, client) => accessTokenLifetime(findApplication(issuer.config, client.clientId)),
      AuthorizationCode: 60,
      Grant: 30 * DAY,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 30 * DAY,
      Session: 30 * DAY,
    },
  };
  const provider = new Provider(issuer.url, configuration);
  provider.on("grant.revoked", (_ctx, grantId) => issuer.bindings.delete(grantId));
  return provider;
}

/** Returns the metadata of an application for oidc-provider. */
export function clientMetadata(config: LocalKindeConfig, clientId: string): ClientMetadata | undefined {
  const application = findApplication(config, clientId);
  return (
    application && {
      client_id: clientId,
      client_name: application.name ?? clientId,
      redirect_uris: application.redirectUris,
      // With a secret, oidc-provider accepts it in the form and as Basic authentication, and does not require PKCE.
      ...(application.clientSecret === undefined
        ? {}
        : { client_secret: application.clientSecret, token_endpoint_auth_method: "client_secret_post" }),
    }
  );
}

/** Returns what to change if a redirect URI is not registered, the most likely mistake at a first start. */
function redirectHint(config: LocalKindeConfig, ctx: Context, error: string): string | undefined {
  const { client_id: clientId, redirect_uri: redirectUri } = ctx.query;
  const application = typeof clientId === "string" ? findApplication(config, clientId) : undefined;
  if (error !== "invalid_redirect_uri" || application === undefined) return undefined;
  const known = application.redirectUris.join(", ");
  return (
    `The application ${application.clientId} does not have ${String(redirectUri)} in its redirectUris, which are ` +
    `${known}. Add it to the config, exactly as it is written here. Kinde's SDK leaves out a slash at the end.`
  );
}

/** Requires a sign-in without a session, shows no consent page, and supports Kinde's `prompt=create`. */
function signInPolicy(): interactionPolicy.DefaultPolicy {
  const { base, Check, Prompt } = interactionPolicy;
  const policy = base();
  policy.remove("consent");
  policy.get("login")?.checks.add(
    new Check("no_person", "the person who is signed in was removed", "login_required", (ctx) => {
      return ctx.oidc.session?.accountId !== undefined && ctx.oidc.account === undefined;
    }),
  );
  policy.add(new Prompt({ name: "create", requestable: true }), 0);
  return policy;
}
