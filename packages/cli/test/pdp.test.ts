import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort, isPortFree, type Pdp, type PdpOptions, startPdp } from "../src/internal.ts";

const ORIGIN = "http://localhost:5173";
const SLOW = { timeout: 60_000 };
const POLICIES = fileURLToPath(new URL("../../../apps/demo/policies", import.meta.url));
const started: Pdp[] = [];
let jwks: Server;
let jwksPort: number;

beforeAll(async () => {
  jwks = createServer((_, response) => response.end('{"keys":[]}'));
  jwksPort = await freePort();
  await new Promise<void>((resolve) => void jwks.listen(jwksPort, "127.0.0.1", resolve));
});
afterAll(() => jwks.close());
afterEach(async () => {
  for (const pdp of started.splice(0)) await pdp.stop();
});

async function start(options: Partial<PdpOptions> = {}): Promise<Pdp> {
  const pdp = await startPdp({
    policies: POLICIES,
    jwksUrl: `http://127.0.0.1:${jwksPort}/`,
    globals: { issuer: "http://localhost:1", clientId: "app" },
    ...options,
  });
  started.push(pdp);
  return pdp;
}

const isHealthy = async (pdp: Pdp): Promise<boolean> => (await fetch(`${pdp.url}/_cerbos/health`)).ok;

/** What a preflight of the page is told. */
async function allowedOrigin(pdp: Pdp): Promise<string | null> {
  const response = await fetch(`${pdp.url}/api/check/resources`, {
    method: "OPTIONS",
    headers: {
      origin: ORIGIN,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization",
    },
  });
  return response.headers.get("access-control-allow-origin");
}

/** What the admin API says to Ann with this password. */
async function reload({ url }: Pdp, password: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`ann:${password}`).toString("base64")}`;
  return (await fetch(`${url}/admin/store/reload`, { headers: { authorization } })).status;
}

test("PDPs on free ports run beside each other, and stop", SLOW, async () => {
  const [one, two] = await Promise.all([start(), start()]);
  expect(one.port).not.toBe(two.port);
  expect(await isHealthy(one)).toBe(true);

  await one.stop();
  expect(await isPortFree(one.port)).toBe(true);
  expect(await isHealthy(two)).toBe(true);
});

test("a PDP comes back on its port", SLOW, async () => {
  const pdp = await start();
  const { port } = pdp;
  await pdp.restart();
  expect(pdp.port).toBe(port);
  expect(await isHealthy(pdp)).toBe(true);

  await pdp.stop();
  await pdp.restart();
  expect(await isHealthy(pdp)).toBe(true);
});

test("a port that another PDP has is refused, which Cerbos would share", SLOW, async () => {
  const { port } = await start();
  await expect(start({ port })).rejects.toThrow(`port ${port} is taken`);
});

test("a port that is taken on the other loopback address is not free", async () => {
  const port = await freePort();
  const server = createTcpServer();
  const listening = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "::1", () => resolve(true));
  });
  expect(await isPortFree(port)).toBe(!listening);
  server.close();
});

test("policies that do not compile are named", SLOW, async () => {
  const policies = mkdtempSync(join(tmpdir(), "policies-"));
  writeFileSync(join(policies, "broken.yaml"), "apiVersion: api.cerbos.dev/v1\nresourcePolicy: { resource: 1 }\n");
  await expect(start({ policies })).rejects.toThrow(/The PDP ended with exit code 1[^]*broken\.yaml/);
  rmSync(policies, { recursive: true });
});

test("only the origins that are named may ask from a browser", SLOW, async () => {
  expect(await allowedOrigin(await start())).toBeNull();
  expect(await allowedOrigin(await start({ corsOrigins: [ORIGIN] }))).toBe(ORIGIN);
  expect(await allowedOrigin(await start({ corsOrigins: ["http://localhost:9"] }))).toBeNull();
});

test("the admin API is off, or for one user", SLOW, async () => {
  expect(await reload(await start(), "open sesame")).toBe(404);
  const pdp = await start({
    admin: { username: "ann", passwordHash: "$2b$04$.5S6.gBvEL6o74FghTuSNOfVj1VQsSFX3bFhKOh9Q7B7Qc8OQ423q" },
  });
  expect([await reload(pdp, "open sesame"), await reload(pdp, "cerbosAdmin")]).toEqual([200, 401]);
});
