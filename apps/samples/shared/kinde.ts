// Sign-in with Kinde on a server: the authorization code flow with PKCE, using oauth4webapi.
import { claimsFromToken } from "@kinde-cerbos/core";
import * as oauth from "oauth4webapi";
import { appUrl, authz, clientSecret } from "./settings.ts";

/** The content of the session cookie while a user is signed in. */
export interface KindeSession {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The content of the session cookie during a sign-in. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const { issuer, clientId, audience } = authz;
const redirectUri = `${appUrl}/callback`;
const kinde: oauth.AuthorizationServer = { issuer, token_endpoint: `${issuer}/oauth2/token` };
const client: oauth.Client = { client_id: clientId };
const authentication = clientSecret === undefined ? oauth.None() : oauth.ClientSecretPost(clientSecret);
// Only an issuer on this machine may use plain http.
const request = { [oauth.allowInsecureRequests]: new URL(issuer).hostname === "localhost" };

/** Returns the URL at which Kinde ends its own session. */
export const signOutUrl: string = `${issuer}/logout?${String(new URLSearchParams({ redirect: appUrl }))}`;

/** Returns the URL to redirect to, and the data to keep until the user returns. `orgCode` selects the organization. */
export async function beginSignIn(orgCode: string | null): Promise<{ url: string; pending: PendingSignIn }> {
  const pending = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: "openid profile email offline",
    audience,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: "S256",
    ...(orgCode !== null && { org_code: orgCode }),
  });
  return { url: `${issuer}/oauth2/auth?${String(query)}`, pending };
}

/** Exchanges the code in the callback URL. Rejects if it does not belong to `pending`. */
export async function finishSignIn(callback: URL, { state, nonce, verifier }: PendingSignIn): Promise<KindeSession> {
  const answer = oauth.validateAuthResponse(kinde, client, callback, state);
  const response = await oauth.authorizationCodeGrantRequest(
    kinde,
    client,
    authentication,
    answer,
    redirectUri,
    verifier,
    request,
  );
  return sessionIn(await oauth.processAuthorizationCodeResponse(kinde, client, response, { expectedNonce: nonce }));
}

/**
 * Returns the session that replaces one with an expired token: a newer one, or `null` if Kinde ended it too.
 * `undefined` if the token has not expired.
 */
export async function renewed(session: KindeSession | null | undefined): Promise<KindeSession | null | undefined> {
  if (!session || !hasEnded(session)) return undefined;
  const newer = await refreshed(session);
  return newer && !hasEnded(newer) ? newer : null;
}

function hasEnded({ accessToken }: KindeSession): boolean {
  return (claimsFromToken(accessToken).exp ?? 0) * 1000 <= Date.now();
}

const refreshes = new Map<string, Promise<KindeSession | null>>();

/** Returns a session with a newer token, or `null` if Kinde ended it. Simultaneous requests share one refresh. */
export function refreshed({ refreshToken }: KindeSession): Promise<KindeSession | null> {
  const running = refreshes.get(refreshToken) ?? refresh(refreshToken).finally(() => refreshes.delete(refreshToken));
  refreshes.set(refreshToken, running);
  return running;
}

async function refresh(refreshToken: string): Promise<KindeSession | null> {
  const response = await oauth.refreshTokenGrantRequest(kinde, client, authentication, refreshToken, request);
  try {
    return sessionIn(await oauth.processRefreshTokenResponse(kinde, client, response));
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError && error.error === "invalid_grant") return null;
    throw error;
  }
}

function sessionIn({ access_token: accessToken, refresh_token: refreshToken }: oauth.TokenEndpointResponse) {
  if (refreshToken === undefined)
    throw new Error('Kinde returned no refresh token. Request the scope "offline", and allow it in Kinde.');
  return { accessToken, refreshToken };
}
