// What the demo's development server gives to whoever asks, and to pages of other origins.
import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Child, waitUntilHealthy } from "@kinde-cerbos/cli/internal";
import { keyFileFor } from "@kinde-cerbos/local-kinde";
import { createServer, preview } from "vite";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { demoPrograms } from "../stack/programs.ts";
import { readSettings } from "../stack/settings.ts";
import { IS_NIGHT } from "./nightly.ts";
import { type Answer, ask, portOf, tells } from "./raw-answers.ts";
import { QUERIES, spellings } from "./spellings.ts";
import { demoPorts } from "./stack-run.ts";

const demo = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const SECRET = `must-not-be-served-${randomUUID()}`;
const ELSEWHERE = "http://localhost:9999";

/** A file that is not for the page, and a text that is in no other. */
interface Kept {
  readonly path: string;
  readonly text: string;
}

const kept: readonly Kept[] = [
  { path: "kinde.json", text: "crm-1001" },
  { path: "server/documents-api.ts", text: "createEnforcer" },
  { path: "data/documents.ts", text: "Harbour wind farm" },
  { path: "stack/issuer.ts", text: "startLocalIssuer" },
  { path: "policies/document.yaml", text: "members-view-what-is-no-draft" },
  { path: "vite.config.ts", text: "DOCUMENTS_DATABASE" },
  { path: "package.json", text: "@kinde-cerbos/demo" },
  { path: "test/page-files.test.ts", text: "must-not-be-served" },
  { path: "../../pnpm-lock.yaml", text: "lockfileVersion" },
  { path: "../../packages/local-kinde/src/signing-key.ts", text: "generateKeyPair" },
  { path: "../../../../../../../../etc/passwd", text: "root:x:0" },
];

/** What the demo may leave behind: a key of an older version, and a trace with tokens. */
const planted = [".kinde-cerbos", "test-results"].map((folder) => ({
  path: `${folder}/${randomUUID()}.json`,
  text: SECRET,
}));

let page: Child;
let port: number;

beforeAll(async () => {
  for (const { path } of planted) {
    mkdirSync(join(demo, dirname(path)), { recursive: true });
    writeFileSync(join(demo, path), JSON.stringify(SECRET), { mode: 0o600 });
  }
  const settings = readSettings(await demoPorts());
  port = settings.page.port;
  const program = demoPrograms(settings).at(-1)!;
  page = program.launch();
  await waitUntilHealthy(page, program.health);
});

afterAll(async () => {
  await page.stop();
  for (const { path } of planted) rmSync(join(demo, path));
});

/** The page and all that it imports, by the address of each. */
async function pageFiles(): Promise<Map<string, Answer>> {
  const files = new Map<string, Answer>();
  const queue = ["/", "/silent.html"];
  for (const target of queue) {
    if (files.has(target)) continue;
    const answer = await ask(port, target);
    files.set(target, answer);
    const imports = answer.body.matchAll(/(?:from\s*|import\s*\(?\s*|src=|href=)"(\/[^"]*)"/g);
    queue.push(...[...imports].map(([, found = ""]) => found));
  }
  return files;
}

describe("the development server", () => {
  test("gives the page, and all that it imports", async () => {
    let files = new Map<string, Answer>();
    // While Vite prepares what the page imports, it refuses what it gave before, and the browser loads the page anew.
    await vi.waitFor(
      async () => {
        files = await pageFiles();
        expect([...files].filter(([, { status }]) => status !== 200)).toEqual([]);
      },
      { timeout: 30_000, interval: 200 },
    );
    const names = [...files.keys()].join("\n");
    expect(names).toMatch(/^\/src\/pages\/workspace\/document-table\.tsx$/m);
    expect(names).toMatch(/packages\/react\/dist\/hooks\/use-can\.js$/m);
    // What the page itself is made of tells nothing of the others.
    const answers = [...files.values()];
    const told = [...kept, ...planted].filter(({ text }) => answers.some((file) => tells(file, text)));
    expect(told).toEqual([]);
  });

  test("gives nothing else, however it is spelled", { timeout: 120_000 }, async () => {
    const served: string[] = [];
    for (const [at, { path, text }] of [...planted, ...kept].entries()) {
      // Each kind of file in all ways: JSON, and TypeScript.
      const queries = at < 4 ? QUERIES : ["", "?raw", "?import&raw"];
      const file = join(demo, path);
      // Of a system that has no such file, nothing can be said.
      if (!existsSync(file)) continue;
      expect([path, readFileSync(file, "utf8").includes(text)]).toEqual([path, true]);
      const spelled = spellings(demo, relative(demo, file));
      // By day, each query goes with every fourth spelling. Which ones depends on the file.
      const targets = spelled.flatMap((one, turn) =>
        queries.filter((_, index) => IS_NIGHT || (index + turn) % 4 === at % 4).map((query) => one + query),
      );
      expect(targets.length).toBeGreaterThan(0);
      for (const target of targets) {
        const answer = await ask(port, target);
        if (tells(answer, text)) served.push(`${target}: ${answer.status}`);
      }
    }
    expect(served).toEqual([]);
  });

  test("lets no page of another origin read anything", async () => {
    const files = ["/", "/silent.html", "/src/main.tsx", "/@vite/client", "/kinde.json"];
    const targets = [...files, "/authz/api/check/resources", "/api/documents"];
    for (const target of targets) {
      for (const method of ["GET", "OPTIONS"]) {
        const asked = { method, origin: ELSEWHERE, "access-control-request-method": "GET" };
        const { headers } = await ask(port, target, asked);
        expect([target, method, headers["access-control-allow-origin"]]).toEqual([target, method, undefined]);
      }
    }
  });

  test("answers to no other name", async () => {
    for (const target of ["/", "/src/main.tsx"]) {
      expect((await ask(port, target, { host: `evil.test:${port}` })).status).toBe(403);
    }
  });
});

describe("the preview", () => {
  test("lets no page of another origin read anything, either", async () => {
    const outDir = mkdtempSync(join(tmpdir(), "page-files-"));
    writeFileSync(join(outDir, "index.html"), "<!doctype html>");
    const server = await preview({
      root: demo,
      logLevel: "silent",
      build: { outDir },
      preview: { port: 0, strictPort: false, host: "127.0.0.1" },
    });
    try {
      for (const target of ["/", "/authz/api/check/resources"]) {
        const { headers } = await ask(portOf(server.httpServer), target, { origin: ELSEWHERE });
        expect([target, headers["access-control-allow-origin"]]).toEqual([target, undefined]);
      }
    } finally {
      await server.close();
      rmSync(outDir, { recursive: true });
    }
  });
});

describe("what is denied", () => {
  const denied = [
    ".kinde-cerbos/signing-key.json",
    ".Kinde-Cerbos/deep/other.json",
    "signing-key.json",
    "SIGNING-KEY.json",
    "signing-key.json.5b0c",
    "test-results/trace.json",
    "documents.sqlite",
    "documents.sqlite-wal",
    "documents.db",
    ".env",
    ".env.local",
    "server.pem",
    "server.key",
    ".npmrc",
    ".git/config",
  ];

  test("stays so in a folder that is allowed", async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "page-files-")));
    for (const path of [...denied, "plain.json"]) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), JSON.stringify(SECRET));
    }
    const server = await createServer({
      root: demo,
      cacheDir: join(folder, "cache"),
      logLevel: "silent",
      optimizeDeps: { noDiscovery: true },
      server: { port: 0, strictPort: false, host: "127.0.0.1", watch: null, ws: false, fs: { allow: [folder] } },
    });
    try {
      await server.listen();
      const free = portOf(server.httpServer);
      expect(tells(await ask(free, `/@fs${folder}/plain.json`), SECRET)).toBe(true);
      const served: string[] = [];
      for (const target of denied.flatMap((path) => QUERIES.map((query) => `/@fs${folder}/${path}${query}`))) {
        if (tells(await ask(free, target), SECRET)) served.push(target);
      }
      expect(served).toEqual([]);
    } finally {
      await server.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the issuer's key", () => {
  test("is kept outside of the repository, for its owner only", async () => {
    const state = realpathSync(mkdtempSync(join(tmpdir(), "page-files-")));
    vi.stubEnv("XDG_STATE_HOME", state);
    try {
      const [issuer] = demoPrograms(readSettings(await demoPorts()));
      const child = issuer!.launch();
      await waitUntilHealthy(child, issuer!.health);
      await child.stop();
      const file = keyFileFor(demo)!;
      expect(relative(join(demo, "../.."), file).startsWith("..")).toBe(true);
      expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ kty: "RSA", d: expect.any(String) });
      expect(statSync(file).mode & 0o777).toBe(0o600);
    } finally {
      vi.unstubAllEnvs();
      rmSync(state, { recursive: true });
    }
  });
});
