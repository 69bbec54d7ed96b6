import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import cli from "../package.json" with { type: "json" };
import { WITH_CERBOS } from "./support/app.ts";
import { VITE_APP, viteApp } from "./support/vite-app.ts";

describe("What an app has already", () => {
  test("is kept, and named at the end, if it differs", async () => {
    const app = viteApp({
      "kinde.json": "{}",
      "package.json": VITE_APP["package.json"].replace('"dev": "vite"', '"dev": "vite", "typegen": "mine"'),
      ".env.development": "VITE_KINDE_CLIENT_ID=mine\n",
    });
    const output = await app.setUp();

    expect(app.read("kinde.json")).toBe("{}");
    expect(JSON.parse(app.read("package.json")).scripts.typegen).toBe("mine");
    for (const name of ["kinde.json", "scripts.typegen in package.json", "VITE_KINDE_CLIENT_ID in .env.development"]) {
      expect(output).toContain(`  kept     ${name}\n`);
    }
    expect(output).toContain("To replace them, run init with --overwrite.");
  });

  test("is replaced with --overwrite", async () => {
    const app = viteApp({
      "kinde.json": "{}",
      "package.json": VITE_APP["package.json"].replace('"dev": "vite"', '"dev": "vite", "typegen": "mine"'),
      ".env.development": "VITE_KINDE_CLIENT_ID=mine\n",
    });
    const output = await app.setUp(["--overwrite"]);

    expect(app.read("kinde.json")).toContain("kp_ann");
    expect(JSON.parse(app.read("package.json")).scripts.typegen).toContain("kinde-cerbos typegen");
    expect(app.read(".env.development")).toContain("VITE_KINDE_CLIENT_ID=my-app\n");
    expect(output).not.toContain("kept");
    expect(await app.setUp()).toMatch(/^ {2}Nothing to change\.\n/);
  });

  test("of variables stays, and gets what is missing below", async () => {
    const app = viteApp({ ".env.development": "# mine\nAPI=1\n export PDP_URL = http://127.0.0.1:9\nAPI_2=x" });
    await app.setUp();
    expect(app.read(".env.development")).toBe(
      "# mine\nAPI=1\n export PDP_URL = http://127.0.0.1:9\nAPI_2=x\nVITE_KINDE_DOMAIN=http://localhost:4005\n" +
        "VITE_KINDE_CLIENT_ID=my-app\n",
    );
  });

  test.each([".env", ".env.local"])("of variables in %s is not overruled, and the step says how", async (path) => {
    const app = viteApp({ [path]: "VITE_KINDE_DOMAIN=https://mine.kinde.com\n" });
    const output = await app.setUp();
    expect(app.read(".env.development")).toMatch(/^# .*\nPDP_URL=http:\/\/127\.0\.0\.1:3592\n$/);
    expect(output).toContain(`${path} already sets a Kinde domain, and your app keeps using it.`);
    expect(output).toContain("    VITE_KINDE_DOMAIN=http://localhost:4005\n    VITE_KINDE_CLIENT_ID=my-app\n");

    app.write(".env.development", `${app.read(".env.development")}VITE_KINDE_DOMAIN=http://localhost:4005\n`);
    expect(await app.setUp()).not.toContain("already sets a Kinde domain");

    const half = viteApp({ [path]: "VITE_KINDE_CLIENT_ID=a\n", ".env.development": "VITE_KINDE_DOMAIN=https://b\n" });
    await half.setUp();
    expect(half.read(".env.development")).not.toContain("VITE_KINDE_CLIENT_ID");
  });

  test.each([
    ["a tab", "\t"],
    ["four spaces", "    "],
  ])("of package.json keeps its order, %s, and its end", async (_, indent) => {
    const manifest = {
      private: true,
      devDependencies: { vite: "8" },
      zod: [1],
      dependencies: { react: "19", axios: "1" },
    };
    const text = JSON.stringify(manifest, null, indent);
    const app = viteApp({ "package.json": text });
    await app.setUp();
    const edited = app.read("package.json");

    expect(Object.keys(JSON.parse(edited))).toEqual(["private", "devDependencies", "zod", "dependencies", "scripts"]);
    // One that is in no order gets new ones at its end.
    expect(Object.keys(JSON.parse(edited).dependencies).slice(0, 3)).toEqual(["react", "axios", "@kinde-cerbos/core"]);
    expect(edited).toContain(`\n${indent}"private": true,\n`);
    expect(edited.endsWith("}")).toBe(true);
  });

  test("of package.json keeps the line ends of Windows, and lists in the order of the alphabet", async () => {
    const app = viteApp({ "package.json": VITE_APP["package.json"].replaceAll("\n", "\r\n") });
    await app.setUp();
    const edited = app.read("package.json");
    expect(edited.replaceAll("\r\n", "")).not.toContain("\n");
    expect(edited.endsWith("}\r\n")).toBe(true);
    const names = Object.keys(JSON.parse(edited).devDependencies);
    expect(names).toEqual(names.toSorted());
  });

  test("of dependencies keeps its versions, in whatever list they are", async () => {
    const own = { dependencies: { react: "19", "@tanstack/react-query": "5.90.0", "@kinde-cerbos/server": "0.0.9" } };
    const app = viteApp({ "package.json": JSON.stringify(own) });
    await app.setUp();
    const { dependencies, devDependencies } = JSON.parse(app.read("package.json"));
    expect(dependencies).toMatchObject(own.dependencies);
    expect(devDependencies).toEqual({ "@kinde-cerbos/cli": `^${cli.version}` });
  });

  test("of providers is left to the developer, who is told what to add", async () => {
    const main = VITE_APP["src/main.tsx"].replace("<App />", "<KindeProvider><App /></KindeProvider>");
    const app = viteApp({ "src/main.tsx": main });
    const output = await app.setUp();

    expect(app.read("src/main.tsx")).toBe(main);
    expect(existsSync(join(app.folder, "src/kinde-cerbos-providers.tsx"))).toBe(false);
    expect(output).toContain(
      "Your app has KindeProvider (src/main.tsx), but no QueryClientProvider. Put these around your app",
    );
    expect(output).toContain('<PermissionsProvider pdp="/authz">');

    app.write(
      "src/main.tsx",
      main.replace("<App />", '<PermissionsProvider pdp="/authz"><App /></PermissionsProvider>'),
    );
    expect(await app.setUp()).not.toContain("Put these around");
  });

  test("of TanStack Query's provider alone is left, and the step says how to add KindeProvider", async () => {
    const main = VITE_APP["src/main.tsx"].replace("<App />", "<QueryClientProvider><App /></QueryClientProvider>");
    const output = await viteApp({ "src/main.tsx": main }).setUp();
    expect(output).toContain("Your app has QueryClientProvider (src/main.tsx), but no KindeProvider.");
    for (const name of ["domain", "clientId", "redirectUri", "logoutUri"]) expect(output).toContain(`      ${name}={`);
    expect(output).not.toContain("new QueryClient()");
  });

  test.each([
    ["a test", "src/app.test.tsx", "render(<KindeProvider />);"],
    ["a story", "src/app.stories.tsx", "export const a = <QueryClientProvider />;"],
    ["a folder of tests", "src/__tests__/app.tsx", "render(<KindeProvider />);"],
    ["a comment", "src/app.tsx", "// <KindeProvider>\nexport const a = <p />;"],
  ])("of providers in %s does not count", async (_, path, text) => {
    const app = viteApp({ [path]: text });
    expect(await app.setUp()).not.toContain("Put these around");
    expect(app.read("src/main.tsx")).toContain("<KindeCerbosProviders>");
  });

  test("of modules called providers stays, and is imported by nothing of ours", async () => {
    const own = { "src/providers.tsx": "export const A = 1;", "src/providers/index.tsx": "export const B = 1;" };
    const app = viteApp({ ...own, "src/providers.ts": "export const C = 1;" });
    await app.setUp();
    expect(app.files()).toMatchObject(own);
    expect(app.read("src/main.tsx")).not.toMatch(/["']\.\/providers["']/);
  });

  test("of the providers is not asked for again if the app gets more of them", async () => {
    const app = viteApp();
    await app.setUp();
    app.write("src/more.tsx", "export const more = <QueryClientProvider />;");
    expect(await app.setUp()).not.toContain("Put these around");
  });

  test("of the providers somewhere else than in the file that renders the app is done", async () => {
    const app = viteApp();
    await app.setUp();
    app.write("src/main.tsx", VITE_APP["src/main.tsx"]);
    app.write("src/App.tsx", 'import { KindeCerbosProviders } from "./kinde-cerbos-providers.tsx";');
    expect(await app.setUp()).not.toContain("  changed  ");
    expect(app.read("src/main.tsx")).toBe(VITE_APP["src/main.tsx"]);
  });

  test("is left to the developer with --no-edit", async () => {
    const app = viteApp();
    const output = await app.setUp(["--no-edit"]);
    expect(app.files()).toMatchObject({
      "src/main.tsx": VITE_APP["src/main.tsx"],
      "vite.config.ts": VITE_APP["vite.config.ts"],
    });
    expect(output).toContain("In vite.config.ts, add the gateway to the plugins:\n    import { kindeCerbos } from");
    expect(output).toContain("In src/main.tsx, put the providers around your app:\n");

    expect(await app.setUp()).toContain("  changed  src/main.tsx\n");
    expect(app.read("src/main.tsx")).toContain("<KindeCerbosProviders>");
  });

  test("of a policy that does not compile is shown as Cerbos says it", async () => {
    const app = viteApp({ "cerbos/policies/mine.yaml": "apiVersion: nothing\n" });
    const { code, stderr } = await app.init(["--yes", "--no-install"], { env: WITH_CERBOS });
    expect(code).toBe(1);
    expect(stderr).toContain("The policies in cerbos/policies do not compile.\n");
    expect(stderr).toContain("mine.yaml");
  });
});
