import * as oauth from "oauth4webapi";
import { fetchOk, NotOk } from "./http.ts";
import { AUTHORIZE_PATH, findKinde, isLocal } from "./kinde-server.ts";
import { receiveCallback } from "./login-callback.ts";
import { LoginError } from "./login-error.ts";

/** How to sign in. */
export interface LoginOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience?: string;
  /** Of the callback URL, on the loopback address. */
  readonly port: number;
  readonly fetch: typeof fetch;
  /** Gets the address to open in a browser. */
  readonly show: (url: string) => void;
  /** How long signing in may take, ms. Default: 5 minutes. */
  readonly timeout?: number;
}

const TIMEOUT = 5 * 60_000;

// What the Kinde SDK requests, except `offline`: no refresh token is left behind.
const SCOPE = "openid profile email";

/**
 * Signs in with a browser, by the code flow with PKCE and a redirect to this machine (RFC 8252), and returns the
 * access token. Nobody is sent to an issuer that does not look like a Kinde domain.
 *
 * @throws LoginError
 */
export async function login(options: LoginOptions): Promise<string> {
  const { issuer, clientId, audience, port, fetch, show, timeout = TIMEOUT } = options;
  const server = await findKinde(fetch, issuer);
  const client: oauth.Client = { client_id: clientId };
  const redirectUri = `http://localhost:${port}/callback`;
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const authorize = new URL(`${issuer}${AUTHORIZE_PATH}`);
  authorize.search = String(
    new URLSearchParams({
      client_id: clientId,
      response_type: "code",
      redirect_uri: redirectUri,
      audience: audience ?? "",
      scope: SCOPE,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    }),
  );
  const parameters = await receiveCallback({
    redirectUri,
    timeout,
    validate: (url) => oauth.validateAuthResponse(server, client, url, state),
    onListening: () => show(authorize.href),
  });
  const exchange = { [oauth.customFetch]: fetchOk(fetch, "manual"), [oauth.allowInsecureRequests]: isLocal(issuer) };
  try {
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      parameters,
      redirectUri,
      verifier,
      exchange,
    );
    const expected = { expectedNonce: nonce, requireIdToken: true };
    return (await oauth.processAuthorizationCodeResponse(server, client, response, expected)).access_token;
  } catch (error) {
    // Nothing else of an answer is said: it could be a token.
    const problem =
      error instanceof NotOk
        ? `${error.message}. Use a front-end application, which has no client secret.`
        : "its answer has none, or an id token that is not of this sign-in. Is the clock of this machine right?";
    throw new LoginError(`The issuer gave no token for the sign-in: ${problem}`);
  }
}
