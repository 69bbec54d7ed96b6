// The Next.js example with packages installed by npm: ours from tarballs, all others from the registry.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { test as inChromium } from "@kinde-cerbos/chromium/test";
import { findCerbos, freePort, startChild, waitUntilHealthy } from "@kinde-cerbos/cli/internal";
import { signInAs } from "@kinde-cerbos/testing/playwright";
import { expect } from "@playwright/test";
import { repository } from "../../../../.ci/public-packages.ts";
import { compile, writeEntries } from "../support/compile.ts";
import { pack } from "../support/tarballs.ts";

const EXAMPLE = join(repository, "apps/next");
const FILES = ["app", "lib", "policies", "kinde.json", "next.config.ts", "proxy.ts"];
const ENTRIES = ["@kinde-cerbos/next", "@kinde-cerbos/next/client", "@kinde-cerbos/react", "@kinde-cerbos/server"];

const COMPILER_OPTIONS = {
  target: "ES2022",
  lib: ["ES2024", "DOM", "DOM.Iterable", "ESNext.Disposable"],
  jsx: "react-jsx",
  types: ["node"],
  strict: true,
  allowImportingTsExtensions: true,
  noEmit: true,
};

inChromium("a Next.js app compiles, is built, and shows decisions", async ({ page }) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "kinde-cerbos-next-")));
  const folder = join(root, "app");
  const [port, issuer, pdp] = [await freePort(), await freePort(), await freePort()];
  const ownPort = (text: string): string => text.replaceAll("localhost:3000", `localhost:${port}`);
  const env = {
    ...process.env,
    ...parseEnv(ownPort(readFileSync(join(EXAMPLE, ".env"), "utf8"))),
    CERBOS_PATH: findCerbos().path,
    CERBOS_PDP_URL: `http://127.0.0.1:${pdp}`,
    KINDE_ISSUER_URL: `http://localhost:${issuer}`,
    NEXT_TELEMETRY_DISABLED: "1",
    XDG_STATE_HOME: join(root, "state"),
  };
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { cwd: folder, env, encoding: "utf8" });
  try {
    for (const file of FILES) cpSync(join(EXAMPLE, file), join(folder, file), { recursive: true });
    writeFileSync(join(folder, "kinde.json"), ownPort(readFileSync(join(EXAMPLE, "kinde.json"), "utf8")));
    writeFileSync(join(folder, "package.json"), JSON.stringify(packageJson(pack(join(root, "tarballs")))));
    for (const [name, module] of [
      ["tsconfig", "bundler"],
      ["nodenext", "nodenext"],
    ] as const) {
      const options = {
        ...COMPILER_OPTIONS,
        module: module === "bundler" ? "esnext" : module,
        moduleResolution: module,
      };
      // Kinde's types cannot be found with nodenext, so the app is compiled with bundler, the setting of Next.js.
      const include = module === "bundler" ? ["**/*.ts", "**/*.tsx"] : ["entries.ts"];
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ compilerOptions: options, include }));
    }
    run("npm", "install", "--no-audit", "--no-fund");

    writeEntries(join(folder, "entries.ts"), ENTRIES);
    const tsc = join(folder, "node_modules/typescript/bin/tsc");
    expect(compile(folder, "nodenext.json", tsc)).toEqual([]);
    run("npx", "next", "build");
    expect(compile(folder, "tsconfig.json", tsc)).toEqual([]);

    const dev = [`--issuer-port=${issuer}`, `--pdp-port=${pdp}`, "--policies=policies", "--no-typegen"];
    const args = ["kinde-cerbos", "dev", ...dev, "--", "npx", "next", "start", `--port=${port}`];
    const child = startChild({ name: "app", command: "npx", args, cwd: folder, env, group: true });
    try {
      await waitUntilHealthy(child, `http://localhost:${port}`);
      await page.goto(`http://localhost:${port}`);
      await signInAs(page, { person: "kp_ann" });
      const budget = page.getByRole("listitem").filter({ hasText: "Budget" });
      // Enabled only if the PDP allows Ann, the owner, to edit it.
      await expect(budget.getByRole("button", { name: "Publish" })).toBeEnabled();
    } finally {
      await child.stop();
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

/** The app's package.json. */
function packageJson(tarballs: ReadonlyMap<string, string>): object {
  const ours = ["cli", "core", "local-kinde", "next", "policies", "react", "server"].map((name) => {
    const full = `@kinde-cerbos/${name}`;
    return [full, `file:${tarballs.get(full)}`];
  });
  const others = { "@kinde-oss/kinde-auth-nextjs": "^2.13.1", "@tanstack/react-query": "^5.85.5", next: "^16" };
  const react = { react: "^19", "react-dom": "^19" };
  const devDependencies = {
    "@types/node": "^24",
    "@types/react": "^19",
    "@types/react-dom": "^19",
    typescript: "^7.0.2",
  };
  return {
    name: "app",
    private: true,
    type: "module",
    dependencies: { ...Object.fromEntries(ours), ...others, ...react },
    devDependencies,
  };
}
