import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "vite";
import { afterAll, describe, expect, test } from "vitest";
import { entriesOf, packages, readManifest, repository } from "../../../.ci/public-packages.ts";
import { compile, writeEntries } from "./support/compile.ts";
import { linkedApp } from "./support/linked-app.ts";
import { filesOf, pack } from "./support/tarballs.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "kinde-cerbos-packed-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const app = linkedApp(root, pack(join(root, "tarballs")), join(import.meta.dirname, "../vite"), [
  "@kinde-oss/kinde-auth-react",
  "@vitejs/plugin-react",
  "react",
  "react-dom",
  "vite",
]);

const entries = packages.flatMap(({ manifest }) => entriesOf(manifest));

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly string[];
}

/** Files that no package should contain: tests, and leftovers of tools. */
const SURPRISES = /(^|\/)(test|test-results|node_modules|\.turbo)\/|\.(test|spec)\.|\.tsbuildinfo$|tsconfig|\.config\./;

describe.each(packages)("The tarball of $directory", ({ manifest: { name } }) => {
  const folder = app.folderOf(name);
  const files = filesOf(folder);
  const textOf = (file: string): string => readFileSync(join(folder, file), "utf8");

  test("has a licence, a README, and no surprises", () => {
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
    expect(files.filter((file) => SURPRISES.test(file))).toEqual([]);
    expect(textOf("package.json")).not.toMatch(/workspace:|catalog:/);
    expect(files.filter((file) => textOf(file).includes(repository))).toEqual([]);
  });

  test("has the files that its package.json names", () => {
    const { exports, bin } = readManifest(join(folder, "package.json"));
    const missing = pathsIn([exports, bin]).filter((path) => globSync(path, { cwd: folder }).length === 0);
    expect(missing).toEqual([]);
  });

  test("has the sources that its maps point to", () => {
    const missing = files
      .filter((file) => file.endsWith(".map"))
      .flatMap((file) => {
        const { sources, sourcesContent }: SourceMap = JSON.parse(textOf(file));
        return sourcesContent ? [] : sources.map((source) => join(dirname(file), source));
      })
      .filter((source) => !files.includes(source));
    expect([...new Set(missing)]).toEqual([]);
  });
});

describe("An app with the packed packages", () => {
  test.each(["bundler", "nodenext"])("compiles with all of their entries, with moduleResolution %s", (resolution) => {
    writeEntries(join(app.folder, "src/entries.ts"), entries);
    expect(compile(app.folder, `tsconfig.${resolution}.json`)).toEqual([]);
  });

  test("is built by Vite", async () => {
    await build({ root: app.folder, logLevel: "error" });
    const code = globSync(join(app.folder, "dist/assets/*.js")).map((file) => readFileSync(file, "utf8"));
    expect(code.join("")).toContain("You may not edit");
  });

  test("finds each import of all entries", async () => {
    const entry = join(app.folder, "src/entries.ts");
    writeEntries(entry, entries);
    await build({
      configFile: false,
      root: app.folder,
      logLevel: "error",
      build: { ssr: entry, outDir: "entries" },
      ssr: { noExternal: [/^@kinde-cerbos\//] },
    });
    expect(filesOf(join(app.folder, "entries"))).toContain("entries.js");
  });

  test("can run the command, which has its templates and its documentation", () => {
    const bare = join(root, "bare");
    cpSync(app.folder, bare, { recursive: true, filter: (path) => !/\/(cerbos|dist|node_modules)$/.test(path) });
    const dependencies = { react: "^19.0.0", vite: "^8.0.0" };
    writeFileSync(join(bare, "package.json"), JSON.stringify({ name: "bare", type: "module", dependencies }));
    const bin = join(app.folderOf("@kinde-cerbos/cli"), "dist/bin.js");
    const run = (...args: string[]): string =>
      execFileSync(process.execPath, [bin, ...args], { cwd: bare, encoding: "utf8" });

    expect(run("doctor", "--explain", "token-cache")).toContain("token cache");
    expect(run("init", "--yes", "--no-install", "--no-edit")).toContain("permissions-example.tsx");
    expect(filesOf(bare)).toEqual(
      expect.arrayContaining(["kinde.json", "cerbos/policies/document.yaml", "cerbos/policies/kinde/kinde_token.yaml"]),
    );
  });
});

/** Returns the paths in a part of a package.json. */
function pathsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}
