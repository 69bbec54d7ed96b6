import { createHash, randomBytes } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { at } from "./fields.ts";
import { describe, request } from "./http.ts";
import { AUTHORIZE_PATH, whyNotKinde } from "./issuer-check.ts";

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

/** Signing in gave no token. The message says why and what to do, and has no secret in it. */
export class LoginError extends Error {
  override readonly name = "LoginError";
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
  const problem = await whyNotKinde(fetch, issuer);
  if (problem !== undefined) {
    throw new LoginError(`${problem} Is --issuer your Kinde domain, such as https://YOUR_DOMAIN.kinde.com?`);
  }
  const verifier = secret();
  const state = secret();
  const redirectUri = `http://localhost:${port}/callback`;
  const authorize = new URL(`${issuer}${AUTHORIZE_PATH}`);
  authorize.search = String(
    new URLSearchParams({
      client_id: clientId,
      response_type: "code",
      redirect_uri: redirectUri,
      audience: audience ?? "",
      scope: SCOPE,
      state,
      nonce: secret(),
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    }),
  );
  const code = await codeFromCallback({ port, state, timeout, redirectUri, onListening: () => show(authorize.href) });

  const reply = await request(fetch, `${issuer}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      client_id: clientId,
      grant_type: "authorization_code",
      code,
      code_verifier: verifier,
      redirect_uri: redirectUri,
    }),
  });
  const token = reply.kind === "answer" && reply.status === 200 ? at(reply.body, "access_token") : undefined;
  if (typeof token === "string") return token;
  throw new LoginError(
    `The issuer gave no token for the sign-in: ${describe(reply)}. Use a front-end application, which has no ` +
      "client secret.",
  );
}

interface Callback {
  readonly port: number;
  readonly state: string;
  readonly timeout: number;
  readonly redirectUri: string;
  readonly onListening: () => void;
}

/** Listens until the browser comes back with the code. */
async function codeFromCallback(callback: Callback): Promise<string> {
  const { port, timeout, redirectUri, onListening } = callback;
  const server = createServer();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      server.on("request", (incoming, response) =>
        answer(callback, incoming.url ?? "/", response, { resolve, reject }),
      );
      server.once("error", (error: NodeJS.ErrnoException) =>
        reject(
          new LoginError(
            `The doctor cannot listen on port ${port}: ${error.code ?? "unknown"}. Choose another with ` +
              "--login-port, and allow its callback URL in Kinde.",
          ),
        ),
      );
      server.listen({ port, host: "127.0.0.1" }, onListening);
      timer = setTimeout(() => {
        const message =
          `Nobody signed in within ${timeout / 1000} s. Is ${redirectUri} an allowed callback URL of the ` +
          "application in Kinde?";
        reject(new LoginError(message));
      }, timeout);
    });
  } finally {
    clearTimeout(timer);
    server.close();
    server.closeIdleConnections();
  }
}

/** Answers one request of the browser. */
function answer(
  { state, redirectUri }: Callback,
  path: string,
  response: ServerResponse,
  { resolve, reject }: { resolve: (code: string) => void; reject: (error: LoginError) => void },
): void {
  const base = new URL(redirectUri);
  const url = URL.canParse(path, base) ? new URL(path, base) : base;
  // Every program on this machine and every page can call this address. Only our own sign-in knows the state.
  if (url.pathname !== base.pathname || url.searchParams.get("state") !== state) {
    say(response, 404, "This is not the sign-in that kinde-cerbos doctor is waiting for.");
    return;
  }
  const code = url.searchParams.get("code");
  if (code !== null) {
    say(response, 200, "You are signed in. You can close this page.");
    resolve(code);
    return;
  }
  say(response, 200, "The sign-in did not succeed. You can close this page.");
  const error = url.searchParams.get("error") ?? "";
  // Printed on a terminal, so only what is an error code.
  reject(new LoginError(`The issuer refused the sign-in${/^[\w-]{1,60}$/.test(error) ? `: ${error}` : ""}.`));
}

function say(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      connection: "close",
    })
    .end(`${text}\n`);
}

function secret(): string {
  return randomBytes(32).toString("base64url");
}
