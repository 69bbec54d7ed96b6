import { createServer, type IncomingMessage } from "node:http";
import { createRemoteJWKSet, jwtVerify } from "jose";

/** Options of the gateway. */
export interface GatewayOptions {
  readonly pdp: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Whether it also forwards requests without a token. Default: false. */
  readonly anonymous?: boolean;
  /** Whether it returns the metadata of decisions. Default: false. */
  readonly metadata?: boolean;
  /** The kinds it allows. Default: all. */
  readonly kinds?: readonly string[];
}

/**
 * Starts a gateway in front of a PDP, as far as the doctor can see it: it verifies tokens and makes the principal from
 * them, and its refusals have the form of a PDP's, with 401 and code 16 for tokens.
 */
export async function startGateway(options: GatewayOptions): Promise<{ url: string; close(): Promise<void> }> {
  const keys = createRemoteJWKSet(new URL(`${options.issuer}/.well-known/jwks`));

  async function subjectOf(token: unknown): Promise<string | undefined> {
    if (token === undefined) return options.anonymous === true ? "anonymous" : undefined;
    try {
      const { payload } = await jwtVerify(typeof token === "string" ? token : "", keys, {
        algorithms: ["RS256"],
        issuer: options.issuer,
        requiredClaims: ["exp", "sub"],
      });
      return payload["azp"] === options.clientId ? payload.sub : undefined;
    } catch {
      return undefined;
    }
  }

  async function answer(request: IncomingMessage): Promise<readonly [number, string]> {
    if (request.url !== "/authz/api/check/resources") return [404, refusal(5)];
    const body = JSON.parse(await textOf(request));
    const id = await subjectOf(body.auxData?.jwt?.token);
    if (id === undefined) return [401, refusal(16)];
    if (options.kinds?.includes(body.resources[0].resource.kind) === false) return [400, refusal(3)];
    const forwarded = { ...body, includeMeta: options.metadata ?? false, principal: { id, roles: ["user"] } };
    const response = await fetch(`${options.pdp}/api/check/resources`, {
      method: "POST",
      body: JSON.stringify(forwarded),
    });
    return [response.status, await response.text()];
  }

  const server = createServer((request, response) => {
    void answer(request).then(([status, text]) =>
      response.writeHead(status, { "content-type": "application/json" }).end(text),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("a TCP server has a port");
  return {
    url: `http://127.0.0.1:${address.port}/authz`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refusal(code: number): string {
  return JSON.stringify({ code, message: "refused" });
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
