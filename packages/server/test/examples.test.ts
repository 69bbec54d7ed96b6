// Each example as it is started, against a real PDP and issuer: the gateway for the page, and a route that enforces.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HTTP } from "@cerbos/http";
import { createAuthorizer, createSession } from "@kinde-cerbos/core";
import { createFetchPdp } from "@kinde-cerbos/core/fetch-pdp";
import { type LocalKinde } from "@kinde-cerbos/local-kinde";
import { kindeCerbos } from "@kinde-cerbos/server/vite";
import { build, createLogger, createServer as createVite, preview } from "vite";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { documents } from "../examples/documents.ts";
import { AUDIENCE, CLIENT_ID, jonas, mara, type Pdp, startExample, startIssuer, startPdpFor, tomas } from "./stack.ts";

let kinde: LocalKinde;
let pdp: Pdp;
let environment: { readonly [name: string]: string };

beforeAll(async () => {
  kinde = await startIssuer();
  pdp = await startPdpFor(kinde);
  environment = { KINDE_ISSUER: kinde.url, KINDE_CLIENT_ID: CLIENT_ID, KINDE_AUDIENCE: AUDIENCE, PDP_URL: pdp.url };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await pdp.stop();
  await kinde.close();
});

const [document] = documents.values();
if (!document) throw new Error("The examples have documents.");
/** Jonas owns it, and may not delete it: it is published. Mara may, who is an administrator. */
const remove = { action: "delete", resource: document };
const view = { action: "view", resource: document };

/** What the page is answered at an address: may Mara, Jonas and nobody delete, may they view? */
async function answersAt(url: string): Promise<unknown[]> {
  const clients = [new HTTP(url), createFetchPdp(url)];
  const people = [mara, jonas];
  const answers = clients.flatMap((client) =>
    people.map(async (who) => {
      const session = await createSession(await kinde.createToken(who));
      const decisions = await createAuthorizer({ pdp: client, session }).checkAll([remove, view]);
      return decisions.map(({ allowed }) => allowed);
    }),
  );
  return Promise.all(answers);
}
const ANSWERS = [
  [true, true],
  [false, true],
  [true, true],
  [false, true],
];

/** Whether a page gets the metadata that it asks for. */
async function hasMetadata(url: string): Promise<boolean> {
  const session = await createSession(await kinde.createToken(mara));
  const decision = await createAuthorizer({ pdp: createFetchPdp(url), session, includeMetadata: true }).check(view);
  return decision.metadata !== undefined;
}

/** Sends a request that deletes a document. */
type Delete = (id: string, headers?: { readonly [name: string]: string }) => Promise<Response>;

const bearer = async (who: typeof mara) => ({ authorization: `Bearer ${await kinde.createToken(who)}` });

/** What the route answers to each who may not, and to who may. */
async function deletions(ask: Delete): Promise<unknown[]> {
  const forged = { authorization: `${(await bearer(mara)).authorization}x` };
  const answers: unknown[] = [];
  for (const headers of [{}, forged, await bearer(jonas), await bearer(tomas)]) {
    const response = await ask("2", headers);
    const { code } = await response.json();
    answers.push([response.status, code, response.headers.get("www-authenticate")]);
  }
  answers.push((await ask("2", await bearer(mara))).status, (await ask("2", await bearer(mara))).status);
  return answers;
}
const DELETIONS = [[401, 16, "Bearer"], [401, 16, "Bearer"], [403, 7, null], [403, 7, null], 204, 404];

describe.each(["node-http.ts", "hono.ts", "express.ts"])("%s", (name) => {
  test("answers the page as the PDP would, and refuses what the button would not show", async () => {
    await using example = await startExample(name, environment);
    expect(await answersAt(`${example.url}/authz`)).toEqual(ANSWERS);
    expect(
      await deletions((id, headers = {}) => fetch(`${example.url}/api/documents/${id}`, { method: "DELETE", headers })),
    ).toEqual(DELETIONS);
    expect((await fetch(`${example.url}/authz/api/check/resources`)).status).toBe(405);
  });
});

test("the route handlers for Next.js, called as Next calls them", async () => {
  const gateway = await import("../examples/next/authz-route.ts");
  const route = await import("../examples/next/document-route.ts");
  const session = await createSession(await kinde.createToken(mara));
  const client = createFetchPdp("https://app.test/authz", {
    fetch: async (...request) => gateway.POST(new Request(...request)),
  });
  expect(await createAuthorizer({ pdp: client, session }).check(remove)).toMatchObject({ allowed: true });
  const ask: Delete = (id, headers = {}) =>
    route.DELETE(new Request(`https://app.test/api/documents/${id}`, { method: "DELETE", headers }), {
      params: Promise.resolve({ id }),
    });
  expect(await deletions(ask)).toEqual(DELETIONS);
});

describe("the Vite plugin", () => {
  const root = fileURLToPath(new URL("../examples/vite", import.meta.url));
  const config = { root, configFile: `${root}/vite.config.ts`, logLevel: "silent" } as const;

  test("is in the development server, beside the page", async () => {
    const server = await createVite({ ...config, server: { port: 0, host: "127.0.0.1", ws: false } });
    try {
      await server.listen();
      const url = `http://127.0.0.1:${portOf(server.httpServer?.address())}`;
      expect(await answersAt(`${url}/authz`)).toEqual(ANSWERS);
      expect(await hasMetadata(`${url}/authz`)).toBe(true);
      expect(await (await fetch(url, { headers: { accept: "text/html" } })).text()).toContain("A page");
    } finally {
      await server.close();
    }
  });

  test("is in the preview of a build, and nothing of it is in the build", async () => {
    const { output } = [await build({ ...config, build: { write: false } })]
      .flat()
      .find((result) => "output" in result) ?? { output: [] };
    expect(output.map(({ fileName }) => fileName)).toEqual(["index.html"]);
    const server = await preview({ ...config, build: { outDir: root }, preview: { port: 0, host: "127.0.0.1" } });
    try {
      const url = `http://127.0.0.1:${portOf(server.httpServer.address())}/authz`;
      expect(await answersAt(url)).toEqual(ANSWERS);
      expect(await hasMetadata(url)).toBe(false);
    } finally {
      await server.close();
    }
  });

  describe("with a function of the variables", () => {
    const settings = { logLevel: "silent", configFile: false, server: { ws: false, watch: null } } as const;
    const plugins = [kindeCerbos((env) => ({ issuer: env["FILE_ISSUER"], clientId: CLIENT_ID, pdp: env["FILE_PDP"] }))];
    test("reads those of the mode", async () => {
      outsideOfVitest();
      const envDir = folderWith(`FILE_ISSUER=${kinde.url}\nFILE_PDP=${pdp.url}\n`);
      const server = await createVite({ ...settings, root: envDir, envDir, plugins });
      try {
        await server.listen(0);
        expect(await answersAt(`http://localhost:${portOf(server.httpServer?.address())}/authz`)).toEqual(ANSWERS);
      } finally {
        await server.close();
      }
    });

    test("a server does not start without one that is needed", async () => {
      outsideOfVitest();
      const folder = folderWith(`FILE_PDP=${pdp.url}\n`);
      await expect(createVite({ ...settings, root: folder, plugins })).rejects.toThrow(
        /^issuer is undefined: set the variable .* in \.env\.development .* Not set: FILE_ISSUER\./,
      );
    });

    test("a preview without them has no gateway, and a warning that names them", async () => {
      outsideOfVitest();
      const folder = folderWith("");
      writeFileSync(join(folder, "index.html"), "A page");
      const warnings: string[] = [];
      const customLogger = createLogger("silent");
      customLogger.warn = (message) => void warnings.push(message);
      const server = await preview({
        ...settings,
        customLogger,
        root: folder,
        plugins,
        build: { outDir: folder },
        preview: { port: 0, host: "127.0.0.1" },
      });
      try {
        const response = await fetch(`http://127.0.0.1:${portOf(server.httpServer.address())}/authz`);
        expect(await response.text()).toContain("A page");
      } finally {
        await server.close();
      }
      expect(warnings.filter((warning) => warning.startsWith("kinde-cerbos"))).toEqual([
        "kinde-cerbos: this preview has no gateway, so every check fails: issuer is undefined: set the variable that it " +
          "comes from in .env.production or in the environment. Not set: FILE_ISSUER, FILE_PDP.",
      ]);
    });

    test("refuses what is no object of options", async () => {
      outsideOfVitest();
      const nothing = [kindeCerbos(() => JSON.parse("null"))];
      await expect(createVite({ ...settings, root: folderWith(""), plugins: nothing })).rejects.toThrow(
        /^the function given to kindeCerbos must return an object/,
      );
    });

    test("a build and Vitest need none", async () => {
      const folder = folderWith("");
      writeFileSync(join(folder, "index.html"), "<!doctype html>");
      await build({ ...settings, root: folder, plugins, build: { write: false } });
      const server = await createVite({ ...settings, root: folder, plugins });
      expect(server.config.plugins.map(({ name }) => name)).toContain("kinde-cerbos");
      await server.close();
    });
  });

  test("has a path that begins with a slash, or Vite would answer with the page", () => {
    expect(() => kindeCerbos({ issuer: kinde.url, clientId: CLIENT_ID, pdp: pdp.url, path: "authz" })).toThrow(
      /^path must begin/,
    );
  });
});

/** Until the end of the test, as if Vitest were not running. */
const outsideOfVitest = (): void => {
  const { VITEST } = process.env;
  delete process.env["VITEST"];
  onTestFinished(() => void Object.assign(process.env, { VITEST }));
};

/** A folder with these variables for development. */
const folderWith = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-vite-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, ".env.development"), text);
  return folder;
};

const portOf = (address: unknown): number =>
  typeof address === "object" && address !== null && "port" in address ? Number(address.port) : 0;
