import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { writePlan } from "../src/init/write-plan.ts";
import { requireNode } from "../src/node-version.ts";
import { VITE_APP, viteApp } from "./support/vite-app.ts";

const BIN = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** The package.json of an app with these dependencies. */
function packageJson(dependencies: Record<string, string>): string {
  return JSON.stringify({ dependencies });
}

/** The files of a package that is installed in this version. */
function installed(name: string, version: string): Record<string, string> {
  return { [`node_modules/${name}/package.json`]: JSON.stringify({ version }) };
}

describe("kinde-cerbos init refuses", () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    ["a folder without package.json", { "package.json": undefined }, "There is no package.json in "],
    ["a broken package.json", { "package.json": '{ "name": ' }, "package.json is not valid JSON: "],
    ["a package.json that is no object", { "package.json": "[]" }, "package.json is not an object."],
    [
      "an app without Vite",
      { "package.json": packageJson({ react: "19.0.0" }), "vite.config.ts": undefined },
      "This app does not use Vite.",
    ],
    ["an app without React", { "package.json": packageJson({ vite: "8.0.0" }) }, "This app does not use React."],
    [
      "an app on an old React",
      { "package.json": packageJson({ vite: "8.0.0", react: "^17.0.2" }) },
      "This app uses React ^17.0.2. kinde-cerbos needs 18.3 or 19: update React first.",
    ],
    [
      "a file of the app's own in the place of the types",
      { "src/cerbos.gen.ts": "export {};" },
      "src/cerbos.gen.ts was not made by typegen. Rename it",
    ],
    [
      "providers of the app's own in the file of ours",
      { "src/kinde-cerbos-providers.tsx": "export const Providers = 1;" },
      "src/kinde-cerbos-providers.tsx was not made by init, which writes KindeCerbosProviders to ",
    ],
    [
      "a module that is imported in the place of ours",
      { "src/kinde-cerbos-providers.ts": "export const KindeCerbosProviders = 1;" },
      "src/kinde-cerbos-providers.ts was not made by init",
    ],
    [
      "a folder in the place of our example",
      { "src/permissions-example/index.tsx": "" },
      "src/permissions-example was not made by init, which writes PermissionsExample to ",
    ],
    [
      "an app on an old Vite",
      { "package.json": packageJson({ vite: "^5.4.0", react: "19" }) },
      "This app uses Vite ^5.4.0. kinde-cerbos needs 6 or newer: update Vite first.",
    ],
    [
      "an app with an old React installed",
      { "package.json": packageJson({ vite: "8", react: "^18.2.0" }), ...installed("react", "18.2.0") },
      "This app uses React 18.2.0. kinde-cerbos needs 18.3 or 19: update React first.",
    ],
    [
      "an app on an old TanStack Query",
      { "package.json": packageJson({ vite: "8", react: "19", "@tanstack/react-query": "^4.36.1" }) },
      "This app uses @tanstack/react-query ^4.36.1. kinde-cerbos needs ^5.",
    ],
    [
      "an app on an old SDK of Kinde's",
      { "package.json": packageJson({ vite: "8", react: "19", "@kinde-oss/kinde-auth-react": "5.12.0" }) },
      "This app uses @kinde-oss/kinde-auth-react 5.12.0. kinde-cerbos needs ^5.13.0",
    ],
    ...["next", "@react-router/dev", "@remix-run/dev", "astro", "@sveltejs/kit"].map(
      (name): [string, Record<string, string>, string] => [
        `an app on ${name}`,
        { "package.json": packageJson({ vite: "8", react: "19", [name]: "1" }) },
        "This app uses ",
      ],
    ),
    ["an app without a configuration of Vite", { "vite.config.ts": undefined }, "This app has no vite.config.ts."],
    ["a folder kinde.json", { "kinde.json/x": "" }, "kinde.json is a folder, but init needs a file there. Rename it"],
    ["a file cerbos", { cerbos: "" }, "cerbos is not a folder, but init needs to write cerbos/config.yaml. Rename it"],
    ["a folder src/cerbos.gen.ts", { "src/cerbos.gen.ts/x": "" }, "src/cerbos.gen.ts is a folder"],
    [
      "a policy for documents",
      { "cerbos/policies/a/mine.yaml": "resourcePolicy: { resource: document, version: default }" },
      "cerbos/policies/a/mine.yaml is yours, but init would also add a policy for the resource document.",
    ],
    [
      "derived roles called kinde",
      { "cerbos/policies/roles.yml": "---\nderivedRoles:\n  name: kinde" },
      "cerbos/policies/roles.yml is yours, but init would also add derived roles with the name kinde.",
    ],
    [
      "another file in the place of the sample",
      { "cerbos/policies/document.yaml": "resourcePolicy: { resource: other }" },
      "cerbos/policies/document.yaml is yours, but init would also add this file.",
    ],
    ["an app in JavaScript", { "tsconfig.json": undefined }, "This app has no tsconfig.json."],
  ])("%s, says what to do, and writes nothing", async (_, changes, message) => {
    const app = viteApp({ ...changes, "README.md": "mine" });
    const before = app.files();

    const { code, stdout, stderr } = await app.init(["--yes"]);

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.startsWith(message)).toBe(true);
    expect(stderr).toMatch(/npm create vite@latest|Correct it, and run|update \S+ first|[Rr]ename (?:it|yours)/);
    expect(app.files()).toEqual(before);
  });

  test.each<[string, Record<string, string>]>([
    ["whose React is newer than package.json says", { react: "^18.2.0" }],
    ["with versions that are no ranges", { react: "latest", vite: "catalog:" }],
    ["with a choice of versions", { react: "17 || 18 || 19", vite: ">=5" }],
  ])("no app %s", async (_, versions) => {
    const app = viteApp({ "package.json": packageJson({ vite: "8", ...versions }), ...installed("react", "18.3.1") });
    expect((await app.init(["--dry-run"])).stderr).toBe("");
  });

  test("no policies of other names, versions and scopes, nor its own that were changed", async () => {
    const app = viteApp({
      "cerbos/policies/a.yaml":
        "resourcePolicy: { resource: a }\n---\nresourcePolicy: { resource: document, version: v2 }\n---\n" +
        "resourcePolicy: { resource: document, scope: acme }\n---\nderivedRoles: { name: mine }\n",
    });
    await app.setUp();
    app.write("cerbos/policies/document.yaml", "resourcePolicy: { resource: document }");
    expect(await app.setUp()).toContain("  kept     cerbos/policies/document.yaml\n");
  });

  test("a folder that cannot be written", ({ skip }) => {
    // Nothing stops root: if the tests run as root, this runs as nobody.
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const start = (cwd: string, args: readonly string[]) =>
      spawnSync(process.execPath, [BIN, ...args], { cwd, encoding: "utf8", ...user });
    skip(start("/", ["--version"]).status !== 0, "Nobody but root reads this repository.");
    const app = viteApp();
    chmodSync(join(app.folder, ".."), 0o755);
    chmodSync(app.folder, 0o555);
    const { status, stderr } = start(app.folder, ["init", "--yes"]);
    chmodSync(app.folder, 0o755);
    expect([status, stderr]).toEqual([
      1,
      `You cannot write to ${app.folder}. Change its permissions, or run the command as its owner.\n`,
    ]);
    expect(app.files()).toEqual(viteApp().files());
  });

  test("a Node that is too old", () => {
    expect(() => requireNode("22.11.0")).toThrow(/^This is Node 22\.11\.0, but 22\.12 or newer is needed\./);
    expect(() => requireNode("20.20.2")).toThrow("newer is needed");
    expect(() => requireNode("22.12.0")).not.toThrow();
    expect(() => requireNode("100.0.0")).not.toThrow();

    const old = 'data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "20.20.2" } })';
    const { status, stderr } = spawnSync(process.execPath, ["--import", old, BIN, "init", "--yes"], {
      cwd: viteApp().folder,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^This is Node 20\.20\.2, but 22\.12 or newer/)]);
  });

  test("to guess without a terminal, and names the options that answer", async () => {
    const app = viteApp();
    const { code, stderr } = await app.init();
    expect(code).toBe(2);
    expect(stderr).toContain(
      "Pass --yes to use the defaults, or pass --policies, --port, --package-manager, --edit or --no-edit, --install or " +
        "--no-install.",
    );
    const some = await app.init(["--port=3000", "--no-edit", "--no-install"]);
    expect(some.stderr).toContain("or pass --policies, --package-manager.\n");
    expect(app.files()).toEqual(viteApp().files());
  });

  test.each<[readonly string[], string]>([
    [["--policies=../policies"], "--policies takes a folder inside the app"],
    [["--policies=/policies"], "--policies takes a folder inside the app"],
    [["--policies=."], "--policies takes a folder inside the app"],
    [["--policies=a/../../b"], "--policies takes a folder inside the app"],
    [["--policies=node_modules/p"], "--policies cannot be in node_modules."],
    [["--policies=a/.git"], "--policies cannot be in .git."],
    [["--policies=src/policies"], "--policies cannot be in src."],
    [["--policies=./public"], "--policies cannot be in public."],
    [["--policies=cerbos/"], "--policies cannot be cerbos, because config.yaml is in it"],
    [["--policies="], "--policies takes a folder inside the app"],
    [["--policies=a; rm -r b"], "--policies takes a folder inside the app"],
    [["--port=0"], "--port takes a number from 1 to 65535."],
    [["--port=4005"], "--port and --issuer-port are both 4005."],
    [["--issuer-port=x"], "--issuer-port takes a number"],
    [["--pdp-port=70000"], "--pdp-port takes a number"],
    [["--package-manager=cargo"], "--package-manager takes one of npm, pnpm, yarn, bun."],
    [["--packages="], "--packages takes the path of a folder."],
    [["here"], "There is one argument too many"],
    [["--force"], "Unknown option '--force'."],
  ])("%j", async (args, message) => {
    const app = viteApp();
    const { code, stderr } = await app.init(["--yes", ...args]);
    expect([code, stderr.split("\n")[0]]).toEqual([2, expect.stringContaining(message)]);
    expect(app.files()).toEqual(viteApp().files());
  });

  test("another port than the one its own script starts the app at", async () => {
    const app = viteApp({ "package.json": VITE_APP["package.json"].replace('"vite"', '"vite --port 3000"') });
    const { code, stderr } = await app.init(["--yes", "--port=4000"]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("the app's script dev starts it at 3000. Pass --port 3000."),
    ]);
    expect((await app.init(["--dry-run", "--port=3000"])).code).toBe(0);
  });

  test("a folder of packed packages that has none, or not all", async () => {
    const app = viteApp({ "packed/kinde-cerbos-cli-0.1.0.tgz": "" });
    expect(await app.init(["--yes", "--packages=nowhere"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^There is no folder nowhere\. Pack the packages/),
    });
    expect((await app.init(["--yes", "--packages=packed"])).stderr).toMatch(
      /^packed has no packed @kinde-cerbos\/core\. Pack the packages/,
    );
    app.write("packed/kinde-cerbos-cli-0.2.0.tgz", "");
    expect((await app.init(["--yes", "--packages=packed"])).stderr).toBe(
      "packed has @kinde-cerbos/cli more than once. Keep one.\n",
    );
  });

  test("packed packages in a part of a workspace", async () => {
    const app = viteApp({ "pnpm-lock.yaml": "", "part/package.json": packageJson({ vite: "8", react: "19" }) });
    const cwd = join(app.folder, "part");
    app.write("part/tsconfig.json", "{}");
    app.write("part/vite.config.ts", "");
    app.write("part/packed/kinde-cerbos-cli-0.1.0.tgz", "");
    const { code, stderr } = await app.init(["--yes", "--packages=packed"], { cwd });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`the workspace in ${app.folder}, and package managers`),
    ]);
    // Packages of the registry do not need it.
    expect((await app.init(["--dry-run"], { cwd })).code).toBe(0);
  });

  test("to go on when a file cannot be written, and names what it wrote before", async () => {
    const { folder } = viteApp({ a: "a file" });
    const files = [
      { path: "first", text: "", state: "new" },
      { path: "a/b", text: "", state: "new" },
    ] as const;
    const plan = { files, hasTypes: true, packages: [], kept: [], manual: [] };
    await expect(writePlan(plan, folder)).rejects.toThrow(
      /^a\/b cannot be written \(E\w+\)\. Already written: first\./,
    );
  });
});
