import * as oauth from "oauth4webapi";
import { fetchOk, NotOk } from "./http.ts";
import { AUTHORIZE_PATH, findKinde, isLocal } from "./kinde-server.ts";
import { receiveCallback } from "./login-callback.ts";
import { LoginError } from "./login-error.ts";

/** Options of {@link login}. */
export interface LoginOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly audience?: string;
  /** The port of the callback URL, on the loopback address. */
  readonly port: number;
  readonly fetch: typeof fetch;
  /** Called with the URL to open in a browser. */
  readonly show: (url: string) => void;
  /** How long the sign-in may take, in ms. Default: 300000 (5 minutes). */
  readonly timeout?: number;
}

const TIMEOUT = 5 * 60_000;

// The scopes of the Kinde SDK without `offline`, so that no refresh token is issued.
const SCOPE = "openid profile email";

/**
 * Signs in with a browser, by the code flow with PKCE and a redirect to this machine (RFC 8252), and returns the access
 * token. Refuses an issuer that does not look like a Kinde domain.
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
    // The answer is not quoted: it could contain a token.
    const problem =
      error instanceof NotOk
        ? `${error.message}. Use a front-end application, which has no client secret.`
        : "its answer has none, or has an id token of another sign-in. Is the clock of this machine right?";
    throw new LoginError(`The issuer returned no token: ${problem}`);
  }
}
