// A Kinde of one's own: what is read of the environment, and what the set-up page's server tells.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Pdp, startPdp } from "@kinde-cerbos/cli/internal";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDocuments } from "../server/document-store.ts";
import { ownKindeApi } from "../server/own-kinde/plugin.ts";
import { CLIENT_ID, kindeConfig } from "../stack/kinde-config.ts";
import { readOwnKinde } from "../stack/own-kinde.ts";
import { portOf } from "./raw-answers.ts";
import { demoPorts, runDemo } from "./stack-run.ts";

const folder = mkdtempSync(join(tmpdir(), "own-kinde-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the variables", () => {
  const none = join(folder, "none");
  const DOMAIN = "https://acme.kinde.com";

  test("are those of the environment, and before them nothing", () => {
    expect(readOwnKinde({}, none)).toBeNull();
    expect(readOwnKinde({ KINDE_DOMAIN: `${DOMAIN}/`, KINDE_CLIENT_ID: " app " }, none)).toEqual({
      domain: DOMAIN,
      clientId: "app",
    });
  });

  test("are read of a file, which the environment overrides, also with nothing", () => {
    const file = join(folder, ".env.local");
    writeFileSync(
      file,
      `KINDE_DOMAIN=${DOMAIN}\nKINDE_CLIENT_ID="app"\nKINDE_AUDIENCE=api\nCERBOS_PDP=http://[::1]:3592\n`,
    );
    const written = { domain: DOMAIN, clientId: "app", audience: "api", pdp: "http://[::1]:3592" };
    expect(readOwnKinde({}, file)).toEqual(written);
    expect(readOwnKinde({ KINDE_CLIENT_ID: "other", CERBOS_PDP: "" }, file)).toEqual({
      domain: DOMAIN,
      clientId: "other",
      audience: "api",
    });
    expect(readOwnKinde({ KINDE_DOMAIN: "", KINDE_CLIENT_ID: "", CERBOS_PDP: "" }, file)).toBeNull();
  });

  test.each([
    [{ KINDE_DOMAIN: DOMAIN }, /KINDE_CLIENT_ID is not\. Set KINDE_CLIENT_ID/],
    [{ KINDE_CLIENT_ID: "app" }, /KINDE_CLIENT_ID is set and KINDE_DOMAIN is not/],
    [{ CERBOS_PDP: "http://localhost:3592" }, /CERBOS_PDP is set and KINDE_DOMAIN is not/],
    [{ KINDE_DOMAIN: "acme.kinde.com", KINDE_CLIENT_ID: "app" }, /^KINDE_DOMAIN takes an address such as https:/],
    [{ KINDE_DOMAIN: "http://acme.kinde.com", KINDE_CLIENT_ID: "app" }, /^KINDE_DOMAIN takes/],
    [{ KINDE_DOMAIN: `${DOMAIN}/path`, KINDE_CLIENT_ID: "app" }, /^KINDE_DOMAIN takes/],
    [{ KINDE_DOMAIN: DOMAIN, KINDE_CLIENT_ID: "app", CERBOS_PDP: "http://pdp.acme.com" }, /^CERBOS_PDP takes/],
    [{ KINDE_DOMAIN: DOMAIN, KINDE_CLIENT_ID: "app", CERBOS_PDP: "http://me:secret@localhost" }, /^CERBOS_PDP takes/],
  ])("%j are refused, with the remedy and without the value", (env, message) => {
    expect(() => readOwnKinde(env, none)).toThrow(message);
    expect(() => readOwnKinde(env, none)).not.toThrow(/secret/);
  });
});

test("an organization that the database does not know gets a library, once", async () => {
  const documents = openDocuments(":memory:");
  documents.adopt("org_own", "kp_me");
  const first = documents.find("own-01");
  expect(first).toMatchObject({ orgCode: "org_own", ownerId: "kp_me" });
  expect(documents.find("own-60")).toMatchObject({ orgCode: "org_own", ownerId: "a_colleague" });
  expect(documents.remove(first!)).toBe(true);
  documents.adopt("org_own", "kp_me");
  expect(documents.find("own-01")).toBeUndefined();
  documents.close();
});

describe("the server of the set-up page", () => {
  let kinde: LocalKinde;
  let pdp: Pdp;
  let server: ViteDevServer;
  let token: string;

  beforeAll(async () => {
    kinde = await startLocalKinde({ config: await kindeConfig("http://localhost:5173") });
    pdp = await startPdp({
      policies: fileURLToPath(new URL("../policies", import.meta.url)),
      jwksUrl: `${kinde.url}/.well-known/jwks`,
      globals: { issuer: kinde.url, clientId: CLIENT_ID },
    });
    token = await kinde.createToken({ person: "kp_jonas", organization: "org_aurora" });
    server = await createServer({
      configFile: false,
      root: folder,
      logLevel: "silent",
      server: { port: 0, host: "127.0.0.1", ws: false },
      plugins: [ownKindeApi({ issuer: kinde.url, clientId: CLIENT_ID, pdp: [pdp.url], isOwnKinde: true })],
    });
    await server.listen();
  });
  afterAll(async () => {
    await server.close();
    await pdp.stop();
    await kinde.close();
  });

  const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${portOf(server.httpServer)}/own-kinde/api${path}`, {
      method,
      headers: { "sec-fetch-site": "same-origin", ...headers },
    });
    return { status: response.status, text: await response.text() };
  };

  test("tells what is set", async () => {
    const { status, text } = await ask("GET", "/setup");
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { isOwnKinde: true, issuer: kinde.url, clientId: CLIENT_ID, audience: null, pdp: pdp.url },
    ]);
  });

  test("has the doctor examine it with the token, of which nothing comes back", { timeout: 30_000 }, async () => {
    const { status, text } = await ask("POST", "/doctor", { authorization: `Bearer ${token}` });
    expect(status).toBe(200);
    const { target, summary, findings } = JSON.parse(text);
    expect(target).toMatchObject({ pdp: pdp.url, issuer: kinde.url, kind: "pdp" });
    expect(summary).toMatchObject({ danger: 0 });
    const states = Object.fromEntries(findings.map((one: { id: string; state: string }) => [one.id, one.state]));
    expect(states).toMatchObject({ "token-accepted": "ok", signature: "ok", policies: "ok", check: "ok" });
    for (const secret of [token, ...token.split("."), "kp_jonas", "jonas@"]) expect(text).not.toContain(secret);
  });

  test("examines what it can without a token, and refuses what is none", async () => {
    const without = await ask("POST", "/doctor");
    expect(JSON.parse(without.text).findings).toContainEqual(
      expect.objectContaining({ id: "token-accepted", state: "skipped" }),
    );
    const odd = await ask("POST", "/doctor", { authorization: "Bearer nonsense" });
    expect([odd.status, odd.text]).toEqual([400, expect.not.stringContaining("nonsense")]);
  });

  test.each(["cross-site", "same-site", "none"])("refuses a page that is %s", async (site) => {
    for (const [method, path] of [
      ["GET", "/setup"],
      ["POST", "/doctor"],
    ] as const) {
      const { status, text } = await ask(method, path, { "sec-fetch-site": site });
      expect([status, text]).toEqual([403, expect.not.stringContaining(kinde.url)]);
    }
  });

  test("has nothing else", async () => {
    for (const [method, path] of [
      ["POST", "/setup"],
      ["GET", "/doctor"],
      ["GET", "/"],
    ] as const) {
      expect((await ask(method, path)).status).toBe(404);
    }
  });
});

test("the demo's own PDPs decide for another Kinde, whose tokens count alone", { timeout: 60_000 }, async () => {
  const ports = await demoPorts();
  await using kinde = await startLocalKinde({ config: await kindeConfig(`http://localhost:${ports.DEMO_PORT}`) });
  await using stranger = await startLocalKinde({ config: kinde.config });
  const run = runDemo({ ...ports, KINDE_DOMAIN: kinde.url, KINDE_CLIENT_ID: CLIENT_ID });
  try {
    await run.wrote(`You sign in at ${kinde.url}`);
    const programs = run.children().map(({ command }) => command);
    expect(programs.filter((command) => command.includes("cerbos.json"))).toHaveLength(2);
    expect(programs.filter((command) => command.includes("issuer.ts"))).toEqual([]);
    const list = async (issuer: LocalKinde): Promise<[status: number, total: unknown]> => {
      const token = await issuer.createToken({ person: "kp_mara", organization: "org_aurora" });
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`http://localhost:${ports.DEMO_PORT}/api/documents`, { headers });
      return [response.status, (await response.json()).total];
    };
    expect(await list(kinde)).toEqual([200, 60]);
    expect(await list(stranger)).toEqual([401, undefined]);
  } finally {
    run.kill("SIGTERM");
    await run.ended;
  }
});
