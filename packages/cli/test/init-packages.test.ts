import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findPackageManager, installCommand, PACKAGE_MANAGERS, runCommand } from "../src/init/package-manager.ts";
import { IS_NIGHT } from "./support/nightly.ts";
import { VITE_APP, viteApp } from "./support/vite-app.ts";

const NAMES = ["cli", "core", "local-kinde", "policies", "react", "server"];
const PACKED = Object.fromEntries(NAMES.map((name) => [`packed/kinde-cerbos-${name}-0.1.0.tgz`, ""]));
const SPECS = Object.fromEntries(
  NAMES.map((name) => [`@kinde-cerbos/${name}`, `file:packed/kinde-cerbos-${name}-0.1.0.tgz`]),
);

/** Where the packages are that an app gets. */
const APP_PACKAGES = [
  ...["cli", "core", "react", "server"].map((name) => `node_modules/@kinde-cerbos/${name}`),
  "node_modules/@kinde-oss/kinde-auth-react",
  "node_modules/@tanstack/react-query",
];

describe("The package manager", () => {
  test.each([
    ["package-lock.json", "npm"],
    ["pnpm-lock.yaml", "pnpm"],
    ["yarn.lock", "yarn"],
    ["bun.lock", "bun"],
    ["bun.lockb", "bun"],
  ])("with %s is %s", (file, name) => {
    const { folder } = viteApp({ [file]: "" });
    expect(findPackageManager({ folder, field: undefined, userAgent: "npm/11.0.0 node/v24.0.0" })).toBe(name);
  });

  test("is the one of package.json first, then of the nearest lock file, then the one that runs this", () => {
    const app = viteApp({ "packages/a/x": "", "pnpm-lock.yaml": "", "packages/b/yarn.lock": "" });
    const clues = { field: undefined, userAgent: "bun/1.3.0 npm/? node/v24.3.0 linux x64" };
    const find = (path: string, more: object = {}) =>
      findPackageManager({ ...clues, folder: `${app.folder}${path}`, ...more });
    expect(find("", { field: "yarn@4.9.0+sha512.abc" })).toBe("yarn");
    expect(find("/packages/a")).toBe("pnpm");
    expect(find("/packages/b")).toBe("yarn");
    // A lock file above the repository is of something else.
    app.write("packages/a/.git/HEAD", "");
    expect(find("/packages/a")).toBe("bun");
    expect(find("/packages/a", { userAgent: undefined, field: "cargo@1" })).toBe("npm");
  });

  test("has a command that installs, and one that runs a script", () => {
    expect(PACKAGE_MANAGERS.map((name) => [...installCommand(name), "|", runCommand(name, "dev")].join(" "))).toEqual([
      "npm install | npm run dev",
      "pnpm install --no-frozen-lockfile | pnpm run dev",
      "yarn install | yarn run dev",
      "bun install | bun run dev",
    ]);
  });

  test.each(IS_NIGHT ? PACKAGE_MANAGERS : PACKAGE_MANAGERS.slice(0, 2))(
    "%s installs in the app's folder if it has to, and shows what it says",
    async (name) => {
      const app = viteApp();
      app.program(name, `echo "$@ in $(pwd -P)"; mkdir -p ${APP_PACKAGES.join(" ")}`);
      const args = ["--yes", `--package-manager=${name}`];
      const env = { PATH: `${app.folder}/..:/usr/bin:/bin` };
      const { code, stdout } = await app.init(args, { env });

      expect(code).toBe(0);
      const command = installCommand(name).join(" ");
      expect(stdout).toContain(`\n${command}\n${name} | ${command.slice(name.length + 1)} in ${app.folder}\n`);
      expect(stdout).toContain(`\nNext:\n  ${name} run dev:authz\n`);
      const installs = async (): Promise<boolean> => (await app.init(args, { env })).stdout.includes(`${name} |`);
      expect(await installs()).toBe(false);
      app.write("package.json", app.read("package.json").replace('"typegen"', '"types"'));
      expect(await installs()).toBe(true);
      for (const path of APP_PACKAGES) {
        rmSync(join(app.folder, path), { recursive: true });
        expect([path, await installs()]).toEqual([path, true]);
      }
    },
  );

  test("that fails ends with 1, and says what is done and what is not", async () => {
    const app = viteApp();
    app.program("npm", "echo E404; exit 7");
    const { code, stdout, stderr } = await app.init(["--yes", "--package-manager=npm"]);
    expect(code).toBe(1);
    expect(stdout).toContain("npm | E404\n");
    expect(stderr).toMatch(
      /^The npm install ended with exit code 7\. The files were written, but the packages were not installed\./,
    );
    expect(stderr).toContain(
      "Fix the error above, then run npm install. If it cannot find the @kinde-cerbos packages: ",
    );
    expect(stdout).not.toContain("Next:");
    expect(app.read("kinde.json")).toContain("kp_ann");
  });

  test("that is not there ends with 1", async () => {
    const { code, stderr } = await viteApp().init(["--yes", "--package-manager=bun"]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^The bun install could not be started\./)]);
  });
});

describe("Packed packages", () => {
  test.each([
    ["npm", "overrides"],
    ["yarn", "resolutions"],
    ["bun", "overrides"],
  ])("with %s are in package.json, and in its %s for what needs them", async (name, field) => {
    const app = viteApp(PACKED);
    const args = ["--packages=packed", `--package-manager=${name}`];
    await app.setUp(args);
    const manifest = JSON.parse(app.read("package.json"));
    expect(manifest[field]).toEqual(SPECS);
    expect(manifest.dependencies["@kinde-cerbos/react"]).toBe(SPECS["@kinde-cerbos/react"]);
    expect(manifest.devDependencies["@kinde-cerbos/cli"]).toBe(SPECS["@kinde-cerbos/cli"]);
    expect(await app.setUp(args)).toContain("Nothing to change.");
  });

  test("with pnpm are in pnpm-workspace.yaml, which keeps what it has", async () => {
    const app = viteApp({ ...PACKED, "pnpm-workspace.yaml": "# mine\noverrides:\n  left: 1.0.0 # why\n" });
    const args = ["--packages=packed", "--package-manager=pnpm"];
    await app.setUp(args);
    const text = app.read("pnpm-workspace.yaml");
    expect(text).toMatch(/^# mine\noverrides:\n {2}left: 1\.0\.0 # why\n/);
    for (const [name, spec] of Object.entries(SPECS)) expect(text).toContain(`  "${name}": ${spec}\n`);
    expect(JSON.parse(app.read("package.json"))).not.toHaveProperty("overrides");
    expect(await app.setUp(args)).toContain("Nothing to change.");
  });

  test("of another folder are kept, and replaced with --overwrite", async () => {
    const others = Object.fromEntries(Object.keys(PACKED).map((path) => [path.replace("packed", "newer"), ""]));
    const app = viteApp({ ...PACKED, ...others });
    await app.setUp(["--packages=packed", "--package-manager=npm"]);
    const output = await app.setUp(["--packages=newer", "--package-manager=npm"]);
    expect(output).toContain("  kept     dependencies.@kinde-cerbos/core in package.json\n");
    await app.setUp(["--packages=newer", "--package-manager=npm", "--overwrite"]);
    expect(app.read("package.json")).not.toContain("packed/");
  });

  test("without them, packages come from the registry, and nothing is overridden", async () => {
    const app = viteApp();
    await app.setUp(["--package-manager=pnpm"]);
    expect(Object.keys(app.files())).not.toContain("pnpm-workspace.yaml");
    expect(Object.keys(JSON.parse(app.read("package.json")))).toEqual(
      Object.keys(JSON.parse(VITE_APP["package.json"])),
    );
  });
});
