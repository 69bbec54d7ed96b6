// @vitest-environment node
// What is published, in plain Node. The build comes before the tests.
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Rollup } from "vite";
import { describe, expect, it } from "vitest";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const here = (file: string): string => fileURLToPath(new URL(`server/${file}`, import.meta.url));
/** Runs a program that ends by itself: nothing of ours, such as a timer, may keep a server's process alive. */
const node = (...args: string[]): string => execFileSync(process.execPath, args, { encoding: "utf8", timeout: 30_000 });
/** What a source file has become; nothing of one that has only types. */
const built = (source: string): string => {
  const file = dist + source.replace(/\.tsx?$/, ".js");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};
const isOfClient = (text: string): boolean => text.startsWith('"use client";\n');

describe('"use client"', () => {
  it("is kept in each module that has it, and on its first line", () => {
    const src = fileURLToPath(new URL("../src/", import.meta.url));
    const sources = globSync("**/*.{ts,tsx}", { cwd: src });
    const inSource = sources.filter((file) => isOfClient(readFileSync(src + file, "utf8"))).toSorted();
    expect(inSource.length).toBeGreaterThan(10);
    expect(sources.filter((file) => isOfClient(built(file))).toSorted()).toEqual(inSource);
  });

  it("leaves a server component what it may call: it asks ahead with React's server build", () => {
    const output = node(
      "--conditions=react-server",
      "--import",
      here("client-references.ts"),
      here("server-component.ts"),
    );
    expect(JSON.parse(output)).toEqual({
      callable: [
        "Forbidden",
        "decisionFilters",
        "decisionQuery",
        "ensureCan",
        "hideDecisions",
        "invalidateDecisions",
        "serverSource",
        "tokenSource",
      ],
      references: expect.arrayContaining(["Can", "PermissionsProvider", "useCan", "useSuspenseCan"]),
      isForbidden: true,
      dehydrated: [
        ["decision", "document", "1", "view"],
        ["decision", "document", "1", "edit"],
      ],
      invalidates: 2,
    });
  });
});

describe("on a server", () => {
  it("loads where there is neither window nor document", () => {
    const program = `
      if ("window" in globalThis || "document" in globalThis) throw new Error("This is no server.");
      console.log(Object.keys(await import("@kinde-cerbos/react")).includes("useCan"));`;
    expect(node("--input-type=module", "--eval", program).trim()).toBe("true");
  });
});

/** Texts of the warnings of development, and the field that requests metadata for them. */
const OF_DEVELOPMENT = [
  "no policy matched that kind",
  "do not fit their schema",
  "no policy knows the kind",
  "Policies that read a missing claim",
  "includeMetadata: true",
  "simulationOf",
];

/** The files of an entry and of core as an app's bundler leaves them, without its peers. */
async function filesFor(environment: string, entry = "index.js"): Promise<Rollup.RollupOutput["output"]> {
  const bundled = await build({
    configFile: false,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": JSON.stringify(environment) },
    build: {
      lib: { entry: dist + entry, formats: ["es"] },
      rollupOptions: { external: [/^react/, /^@tanstack/, /^@kinde-oss/] },
      minify: false,
      write: false,
    },
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one format is one output
  const [{ output }] = bundled as [Rollup.RollupOutput];
  return output;
}

function textOf(files: readonly Rollup.RollupOutput["output"][number][]): string {
  return files.map((file) => ("code" in file ? file.code : "")).join("\n");
}

/** The code of all of them. */
async function bundleFor(environment: string, entry?: string): Promise<string> {
  return textOf(await filesFor(environment, entry));
}

const isKindes = (code: string): boolean => /["']@kinde-oss\//.test(code);

describe("a bundle", () => {
  it("for development has the warnings, and requests metadata for them", async () => {
    const code = await bundleFor("development");
    expect(OF_DEVELOPMENT.filter((text) => !code.includes(text))).toEqual([]);
  });

  it("for production has none of them, and requests no metadata", async () => {
    const code = await bundleFor("production");
    expect(code).toContain("createAuthorizer");
    expect(OF_DEVELOPMENT.filter((text) => code.includes(text))).toEqual([]);
  });

  it("of the entry for a token source has nothing of Kinde's SDK; of the other one it has", async () => {
    expect(isKindes(await bundleFor("production"))).toBe(true);
    const code = await bundleFor("production", "source.js");
    expect(isKindes(code)).toBe(false);
    expect(code).toContain("createAuthorizer");
    expect(code).toContain("tokenSource");
  });

  it("loads what live needs only for a page that has it", async () => {
    const OF_LIVE = ["text/event-stream", "kinde-cerbos:live:", "kinde-cerbos:renewal", "/oauth2/revoke"];
    const [entry, ...others] = await filesFor("production");
    const later = others.filter((file) => "code" in file && !entry.imports.includes(file.fileName));
    expect(OF_LIVE.filter((text) => textOf([entry, ...others]).includes(text))).toEqual(OF_LIVE);
    expect(OF_LIVE.filter((text) => textOf(later).includes(text))).toEqual(OF_LIVE);
    expect(OF_LIVE.filter((text) => textOf([entry]).includes(text))).toEqual([]);
  });

  it("is not needed: where there is no process, nothing is of development, and nothing breaks", () => {
    const program = `
      const { log } = console;
      // React and react-query themselves need one to load.
      await import("@tanstack/react-query");
      delete globalThis.process;
      const { development } = await import(${JSON.stringify(`file://${dist}session/development.js`)});
      log(development);`;
    expect(node("--input-type=module", "--eval", program).trim()).toBe("null");
  });
});
