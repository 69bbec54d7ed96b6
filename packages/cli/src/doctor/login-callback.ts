import { createServer, type ServerResponse } from "node:http";
import { AuthorizationResponseError } from "oauth4webapi";
import { LoginError } from "./login-error.ts";

/** Options of {@link receiveCallback}. */
export interface Callback {
  /** The callback URL, on the loopback address. */
  readonly redirectUri: string;
  /** How long to wait for the callback, in ms. */
  readonly timeout: number;
  /** Returns the parameters of the URL that the browser returned to. Throws if they are not of this sign-in. */
  readonly validate: (url: URL) => URLSearchParams;
  readonly onListening: () => void;
}

/**
 * Listens until the browser returns with a code, and returns the parameters of its URL.
 *
 * @throws LoginError
 */
export async function receiveCallback(callback: Callback): Promise<URLSearchParams> {
  const { redirectUri, timeout, onListening } = callback;
  const { port } = new URL(redirectUri);
  const server = createServer();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      server.on("request", ({ url = "/" }, response) => answer(callback, url, response, { resolve, reject }));
      server.once("error", (error: NodeJS.ErrnoException) =>
        reject(
          new LoginError(
            `The doctor cannot listen on port ${port}: ${error.code ?? "unknown"}. Choose another with ` +
              "--login-port, and allow its callback URL in Kinde.",
          ),
        ),
      );
      server.listen({ port: Number(port), host: "127.0.0.1" }, onListening);
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
  { redirectUri, validate }: Callback,
  path: string,
  response: ServerResponse,
  { resolve, reject }: { resolve: (parameters: URLSearchParams) => void; reject: (error: LoginError) => void },
): void {
  const base = new URL(redirectUri);
  const url = URL.canParse(path, base) ? new URL(path, base) : base;
  try {
    const parameters = validate(url);
    if (url.pathname !== base.pathname || !parameters.has("code")) throw new TypeError("no callback");
    respond(response, 200, "You are signed in. You can close this page.");
    resolve(parameters);
  } catch (error) {
    if (url.pathname !== base.pathname || !(error instanceof AuthorizationResponseError)) {
      // Every program on this machine and every web page can call this URL. Only our own sign-in knows the state.
      return respond(response, 404, "This is not the sign-in that kinde-cerbos doctor is waiting for.");
    }
    respond(response, 200, "The sign-in did not succeed. You can close this page.");
    // This is printed on a terminal, so only something that looks like an error code is included.
    const code = /^[\w-]{1,60}$/.test(error.error) ? `: ${error.error}` : "";
    reject(new LoginError(`The issuer refused the sign-in${code}.`));
  }
}

function respond(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      connection: "close",
    })
    .end(`${text}\n`);
}
