// A real PDP that the gateway reaches by a Unix socket, by TLS, and by TLS with a client certificate, as
// docs/deploy/app/pdp.ts does.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import {
  createEnforcer,
  createGateway,
  type EnforcerOptions,
  type GatewayOptions,
  type Send,
} from "@kinde-cerbos/server";
import { Agent, type buildConnector, fetch as fetchBy } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Child, cerbosVersion, findCerbos, freePort, pdpConfig, startChild } from "../../cli/src/internal.ts";
import { CERTIFICATE, KEY } from "../../cli/test/support/https.ts";
import { AUDIENCE, CLIENT_ID, documentResource, documents, mara, settingsFor, startIssuer } from "./stack.ts";

const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-private-"));
const socket = join(folder, "http.sock");
let kinde: LocalKinde;
let overSocket: Child;
let overTls: Child;
let tlsUrl: string;

/** Starts Cerbos, and waits until it listens. */
async function startCerbos(name: string, http: string, server: object): Promise<Child> {
  const config = pdpConfig(settingsFor(kinde), { http, grpc: `unix:${join(folder, name)}` }, cerbosVersion());
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify({ ...config, server: { ...Reflect.get(config, "server"), ...server } }));
  const listens = Promise.withResolvers<void>();
  const child = startChild({
    name,
    command: findCerbos().path,
    args: ["server", `--config=${file}`],
    onLine: (line) => {
      if (line.includes("Starting HTTP server")) listens.resolve();
    },
  });
  void child.exited.then(() => listens.reject(new Error(`${name} ended`)));
  await listens.promise;
  return child;
}

beforeAll(async () => {
  kinde = await startIssuer();
  writeFileSync(join(folder, "tls.crt"), CERTIFICATE);
  writeFileSync(join(folder, "tls.key"), KEY);
  const port = await freePort();
  tlsUrl = `https://localhost:${port}`;
  overSocket = await startCerbos("socket", `unix:${socket}`, {});
  overTls = await startCerbos("tls", `127.0.0.1:${port}`, {
    tls: { cert: join(folder, "tls.crt"), key: join(folder, "tls.key") },
  });
});
afterAll(async () => {
  await Promise.all([overSocket?.stop(), overTls?.stop(), kinde?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Options of a gateway or an enforcer. Requests to Kinde do not go the way to the PDP. */
const optionsFor = (pdp: string, connect: buildConnector.BuildOptions) => {
  const dispatcher = new Agent({ connect });
  const send: Send = (url, init) =>
    url.startsWith(`${pdp}/`) ? fetchBy(url, { ...init, dispatcher }) : fetch(url, init);
  return { issuer: kinde.url, audience: AUDIENCE, clientId: CLIENT_ID, pdp, fetch: send };
};

const view = { action: "view", resource: documentResource(documents[0]!) };

/** What a gateway and an enforcer with these options answer to a check that is allowed. */
async function answersOf(options: EnforcerOptions<Request> & GatewayOptions): Promise<unknown[]> {
  const token = await kinde.createToken(mara);
  const gateway = createGateway({ ...options, log: () => {} });
  const body = {
    resources: [{ actions: [view.action], resource: view.resource }],
    auxData: { jwt: { token } },
  };
  const url = "http://localhost/api/check/resources";
  const response = await gateway(new Request(url, { method: "POST", body: JSON.stringify(body) }));
  const answer: { results?: { actions: unknown }[] } = await response.json();
  const route = new Request("http://localhost/documents", { headers: { authorization: `Bearer ${token}` } });
  const decided = await createEnforcer(options)
    .authorize(route, view)
    .then(
      ({ allowed }) => allowed,
      (error: unknown) => Reflect.get(Object(error), "reason"),
    );
  return [response.status, answer.results?.[0]?.actions, decided];
}

const ALLOWED = [200, { view: "EFFECT_ALLOW" }, true];
const REFUSED = [503, undefined, "pdp_unavailable"];

test("a PDP on a Unix socket answers, also to the health check", async () => {
  const options = optionsFor("http://cerbos", { socketPath: socket });
  expect(await answersOf(options)).toEqual(ALLOWED);
  const health = await options.fetch("http://cerbos/_cerbos/health", {});
  expect(health.ok).toBe(true);
});

test("a PDP with a certificate answers, and nothing is allowed if its issuer is unknown", async () => {
  expect(await answersOf(optionsFor(tlsUrl, { ca: CERTIFICATE }))).toEqual(ALLOWED);
  expect(await answersOf(optionsFor(tlsUrl, {}))).toEqual(REFUSED);
});

test("a proxy before the PDP requires a client certificate: with it, the PDP answers; without, nothing is allowed", async () => {
  const server = createServer(
    { cert: CERTIFICATE, key: KEY, ca: CERTIFICATE, requestCert: true, rejectUnauthorized: true },
    (incoming, outgoing) => {
      const { method, headers, url: path } = incoming;
      const upstream = request({ socketPath: socket, path, method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(upstream.on("error", () => outgoing.destroy()));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const address = server.address();
    const url = `https://localhost:${typeof address === "object" && address ? address.port : 0}`;
    expect(await answersOf(optionsFor(url, { ca: CERTIFICATE, cert: CERTIFICATE, key: KEY }))).toEqual(ALLOWED);
    expect(await answersOf(optionsFor(url, { ca: CERTIFICATE }))).toEqual(REFUSED);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
