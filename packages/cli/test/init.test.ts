import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { VITE_APP, viteApp } from "./support/vite-app.ts";

/** The range of our packages: what init writes is of its own version. */
const OURS = `^${manifest.version}`;

/** What an untouched app gets. */
const NEW_FILES = [
  ".env.development",
  ".env.example",
  "cerbos/config.yaml",
  "cerbos/policies/_schemas/document.json",
  "cerbos/policies/_schemas/kinde/doctor.json",
  "cerbos/policies/_schemas/kinde/organization_resource.json",
  "cerbos/policies/_schemas/kinde/principal.json",
  "cerbos/policies/document.yaml",
  "cerbos/policies/document_test.yaml",
  "cerbos/policies/kinde/doctor.yaml",
  "cerbos/policies/kinde/kinde_derived_roles.yaml",
  "cerbos/policies/kinde/kinde_token.yaml",
  "kinde.json",
  "src/kinde-cerbos-providers.tsx",
  "src/permissions-example.tsx",
];

describe("kinde-cerbos init", () => {
  test("sets up an untouched app, and needs nothing by hand", async () => {
    const app = viteApp();
    const output = await app.setUp();

    expect(Object.keys(app.files())).toEqual([...Object.keys(VITE_APP), ...NEW_FILES, "src/cerbos.gen.ts"].toSorted());
    for (const path of [...NEW_FILES, "src/cerbos.gen.ts"]) expect(output).toContain(`  new      ${path}\n`);
    for (const path of ["package.json", "vite.config.ts", "src/main.tsx"]) {
      expect(output).toContain(`  changed  ${path}\n`);
    }
    expect(output).not.toMatch(/^In |kept/m);
    expect(output).toMatch(/\nNext:\n {2}npm install\n {2}npm run dev:authz\n/);
    expect(app.read("src/cerbos.gen.ts")).toContain('readonly document: "delete" | "edit" | "view"');
    expect(JSON.parse(app.read("package.json"))).toMatchObject({
      scripts: {
        dev: "vite",
        "dev:authz": "kinde-cerbos dev -- vite --port 5173 --strictPort",
        typegen: "kinde-cerbos typegen cerbos/policies --kinde kinde.json",
      },
      dependencies: {
        "@kinde-cerbos/core": OURS,
        "@kinde-cerbos/react": OURS,
        "@kinde-oss/kinde-auth-react": "^5.13.0",
        "@tanstack/react-query": "^5.85.5",
        react: "^19.3.1",
      },
      devDependencies: { "@kinde-cerbos/cli": OURS, "@kinde-cerbos/server": OURS },
    });
  });

  test("with --dry-run writes nothing and asks nothing, and says what it would do", async () => {
    const app = viteApp();
    const { code, stdout, stderr } = await app.init(["--dry-run"]);

    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Dry run\. init would write:\n/);
    for (const path of NEW_FILES) expect(stdout).toContain(`  new      ${path}\n`);
    expect(stdout).toContain("  changed  package.json\n");
    expect(app.files()).toEqual(VITE_APP);
  });

  test("changes nothing when it runs again", async () => {
    const app = viteApp();
    await app.setUp();
    const before = app.files();

    const output = await app.setUp();

    expect(app.files()).toEqual(before);
    expect(output).toMatch(/^ {2}Nothing to change\.\n/);
    // What is in them already is not to be added by hand, either.
    expect(await app.setUp(["--no-edit"])).not.toContain("In vite.config.ts");
  });

  test("changes nothing when git has changed the line ends", async () => {
    const app = viteApp();
    await app.setUp();
    const files = Object.entries(app.files()).filter(([path]) => path !== "src/cerbos.gen.ts");
    for (const [path, text] of files) app.write(path, text.replaceAll("\n", "\r\n"));
    expect(await app.setUp()).toMatch(/^ {2}Nothing to change\.\n/);
  });

  test("puts ports and the folder of policies where they belong", async () => {
    const app = viteApp();
    await app.setUp(["--port=3000", "--issuer-port=3001", "--pdp-port=3002", "--policies=authz/rules/"]);

    expect(JSON.parse(app.read("package.json"))).toMatchObject({
      scripts: {
        "dev:authz":
          "kinde-cerbos dev --policies authz/rules --issuer-port 3001 --pdp-port 3002 -- vite --port 3000 --strictPort",
        typegen: "kinde-cerbos typegen authz/rules --kinde kinde.json",
      },
    });
    expect(JSON.parse(app.read("kinde.json")).applications[0]).toMatchObject({
      redirectUris: ["http://localhost:3000"],
      logoutRedirectUris: ["http://localhost:3000"],
    });
    expect(app.read(".env.development")).toContain("VITE_KINDE_DOMAIN=http://localhost:3001\n");
    expect(app.read(".env.development")).toContain("PDP_URL=http://127.0.0.1:3002\n");
    expect(app.read("cerbos/config.yaml")).toContain("directory: ./authz/rules,");
    expect(app.read("cerbos/config.yaml")).toContain('httpListenAddr: "127.0.0.1:3002"');
    expect(existsSync(join(app.folder, "authz/rules/kinde/kinde_token.yaml"))).toBe(true);
    expect(existsSync(join(app.folder, "cerbos/policies"))).toBe(false);
    // No default is left.
    for (const [path, text] of Object.entries(app.files())) {
      expect([path, /\b(5173|4005|3592|cerbos\/policies)\b/.exec(text)?.[0]]).toEqual([path, undefined]);
    }
  });

  test("takes the folder and the ports of an earlier run", async () => {
    for (const own of ["vite", "vite --host"]) {
      const app = viteApp({ "package.json": VITE_APP["package.json"].replace('"vite"', `"${own}"`) });
      await app.setUp(["--port=3000", "--issuer-port=3001", "--pdp-port=3002", "--policies=authz/rules"]);
      const before = app.files();
      expect(await app.setUp()).toMatch(/^ {2}Nothing to change\.\n/);
      expect(app.files()).toEqual(before);
    }
  });

  test.each([
    ["its script", { "package.json": VITE_APP["package.json"].replace('"vite"', '"vite --port=3000"') }],
    [
      "its script, as a word",
      { "package.json": VITE_APP["package.json"].replace('"vite"', '"vite --port 3000 --host"') },
    ],
    ["its configuration", { "vite.config.ts": "export default { server: { port: 3000 } };" }],
  ])("takes the app's port from %s", async (_, files) => {
    const app = viteApp(files);
    await app.setUp();
    expect(JSON.parse(app.read("kinde.json")).applications[0].redirectUris).toEqual(["http://localhost:3000"]);
  });

  test("starts a development script of the app's own as it is", async () => {
    const own = VITE_APP["package.json"].replace('"dev": "vite"', '"dev": "vite --open"');
    const app = viteApp({ "package.json": own, "yarn.lock": "" });
    await app.setUp();
    expect(JSON.parse(app.read("package.json"))).toMatchObject({
      scripts: { dev: "vite --open", "dev:authz": "kinde-cerbos dev -- yarn run dev" },
    });
  });

  test("takes Cerbos from npm if there is none, and as an optional package", async () => {
    const named = `@cerbos/cerbos-${process.platform}-${process.arch}`;
    const app = viteApp();
    await app.setUp();
    expect(JSON.parse(app.read("package.json"))).not.toHaveProperty("optionalDependencies");
    await app.setUp([], { env: { PATH: app.folder } });
    expect(JSON.parse(app.read("package.json")).optionalDependencies).toEqual({ [named]: "0.55.0" });
  });
});
