import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { test as inChromium } from "@kinde-cerbos/chromium/test";
import { type LocalKinde, type LocalKindeConfig, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { build, preview } from "vite";

const root = fileURLToPath(new URL("app", import.meta.url));
const outDir = fileURLToPath(new URL("../../test-results/app", import.meta.url));

/**
 * A gateway with events, as far as pages see it: whoever has the permission `view:report` may view a report, as long as
 * {@link Gateway.isOpen}.
 */
class Gateway {
  /** What its policies say. */
  isOpen = true;
  /** Checks that it was sent. */
  checks = 0;
  /** A token that was issued up to then is revoked, in seconds since the epoch. */
  revokedUntil = 0;
  /** Requests for a stream. */
  readonly opened: IncomingMessage[] = [];
  readonly streams = new Set<ServerResponse>();
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  emit(event: object): void {
    const data = JSON.stringify({ delayMs: 0, ...event });
    for (const stream of this.streams) stream.write(`event: outdated\nid: ${Date.now()}\ndata: ${data}\n\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/api/events") return this.#open(request, response);
    this.checks += 1;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const body = JSON.parse(Buffer.concat(parts).toString());
    const claims = claimsOf(body.auxData.jwt.token);
    const isRevoked = claims.iat <= this.revokedUntil;
    const isAllowed = this.isOpen && claims.permissions?.includes("view:report");
    response.writeHead(isRevoked ? 401 : 200, { "content-type": "application/json" });
    const effect = isAllowed ? "EFFECT_ALLOW" : "EFFECT_DENY";
    const results = body.resources.map(({ resource, actions }: { resource: object; actions: string[] }) => ({
      resource,
      actions: Object.fromEntries(actions.map((action) => [action, effect])),
    }));
    response.end(JSON.stringify(isRevoked ? { code: 16, message: "The token has been revoked." } : { results }));
  }

  #open(request: IncomingMessage, response: ServerResponse): void {
    this.opened.push(request);
    if (claimsOf(request.headers.authorization?.slice("Bearer ".length)).iat <= this.revokedUntil) {
      response.writeHead(401).end();
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(`event: hello\nid: ${Date.now()}\ndata: {"heartbeatMs":15000}\n\n`);
    this.streams.add(response);
    response.on("close", () => this.streams.delete(response));
  }
}

function claimsOf(token = ""): { iat: number; permissions?: string[] } {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

interface Servers {
  readonly gateway: Gateway;
  readonly kinde: LocalKinde;
  readonly url: string;
  /** Gives a person these permissions. */
  readonly give: (...permissions: string[]) => Promise<void>;
}

/** The app on a gateway and an issuer of its own. */
export const test = inChromium.extend<{ servers: Servers }>({
  servers: async ({}, provide) => {
    const gateway = new Gateway();
    const target = await gateway.listen();
    const app = await preview({
      root,
      configFile: false,
      logLevel: "error",
      build: { outDir },
      preview: {
        host: "127.0.0.1",
        port: 0,
        proxy: { "/authz": { target, rewrite: (path: string) => path.slice("/authz".length) } },
      },
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
    const url = `http://localhost:${(app.httpServer.address() as AddressInfo).port}`;
    const kinde = await startLocalKinde({ config: configOf(url, ["view:report"]) });
    await build({
      root,
      configFile: false,
      logLevel: "error",
      build: { outDir, emptyOutDir: true },
      define: { ISSUER: JSON.stringify(kinde.url) },
    });
    await provide({ gateway, kinde, url, give: (...permissions) => kinde.reload(configOf(url, permissions)) });
    await app.close();
    await kinde.close();
    gateway.close();
  },
});

function configOf(url: string, permissions: string[]): LocalKindeConfig {
  return {
    applications: [{ clientId: "app", name: "Documents", redirectUris: [url] }],
    organizations: [{ code: "org_north", name: "North" }],
    people: [
      {
        id: "kp_ann",
        email: "ann@example.com",
        givenName: "Ann",
        familyName: "Lee",
        memberships: [{ organization: "org_north", permissions }],
      },
    ],
  };
}
