// A minimal Vite app with packages installed by npm: ours from tarballs, all others from the registry.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as inChromium } from "@kinde-cerbos/chromium/test";
import { findCerbos, freePort, startChild, waitUntilHealthy } from "@kinde-cerbos/cli/internal";
import { signInAs } from "@kinde-cerbos/testing/playwright";
import { expect } from "@playwright/test";
import { entriesOf, packages } from "../../../../.ci/public-packages.ts";
import { compile, writeEntries } from "../support/compile.ts";
import { pack } from "../support/tarballs.ts";

/** Entries that need more than a minimal app has: Next.js and optional peers. */
const NOT_FOR_IT = /^@kinde-cerbos\/(next|testing\/(vitest|jest|msw|playwright|storybook)|devtools\/tanstack)/;

const entries = packages.flatMap(({ manifest }) => entriesOf(manifest)).filter((entry) => !NOT_FOR_IT.test(entry));

for (const react of ["18.3.1", "19"]) {
  inChromium(`an app on React ${react} compiles, is built, and shows decisions`, async ({ page }) => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), "kinde-cerbos-npm-")));
    const folder = join(root, "app");
    const [port, issuer, pdp] = [await freePort(), await freePort(), await freePort()];
    const origin = `http://localhost:${port}`;
    const env = {
      ...process.env,
      CERBOS_PATH: findCerbos().path,
      VITE_KINDE_DOMAIN: `http://localhost:${issuer}`,
      PDP_URL: `http://127.0.0.1:${pdp}`,
      XDG_STATE_HOME: join(root, "state"),
    };
    const run = (program: string, ...args: string[]): string =>
      execFileSync(program, args, { cwd: folder, env, encoding: "utf8" });
    try {
      cpSync(join(import.meta.dirname, "../../vite"), folder, { recursive: true });
      writeFileSync(join(folder, "package.json"), JSON.stringify(packageJson(react, pack(join(root, "tarballs")))));
      writeFileSync(join(folder, "kinde.json"), JSON.stringify(people(origin)));
      run("npm", "install", "--no-audit", "--no-fund");
      const policies = join(folder, "node_modules/@kinde-cerbos/policies");
      cpSync(join(policies, "policies"), join(folder, "cerbos/policies/kinde"), { recursive: true });
      cpSync(join(policies, "schemas"), join(folder, "cerbos/policies/_schemas/kinde"), { recursive: true });

      writeEntries(join(folder, "src/entries.ts"), entries);
      const tsc = join(folder, "node_modules/typescript/bin/tsc");
      for (const resolution of ["bundler", "nodenext"]) {
        expect(compile(folder, `tsconfig.${resolution}.json`, tsc)).toEqual([]);
      }
      run("npx", "vite", "build");

      const args = ["kinde-cerbos", "dev", `--issuer-port=${issuer}`, `--pdp-port=${pdp}`, "--"];
      const preview = ["npx", "vite", "preview", `--port=${port}`, "--strictPort"];
      const child = startChild({
        name: "app",
        command: "npx",
        args: [...args, ...preview],
        cwd: folder,
        env,
        group: true,
      });
      try {
        await waitUntilHealthy(child, origin);
        await page.goto(origin);
        await signInAs(page, { person: "kp_tom" });
        await expect(page.getByText(`With React ${react}`)).toBeVisible();
        await expect(page.getByText("You may edit.")).toBeVisible();
        await expect(page.getByText("You may not delete.")).toBeVisible();
      } finally {
        await child.stop();
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
}

/** The app's package.json: its own dependencies, and the peers that our packages need. */
function packageJson(react: string, tarballs: ReadonlyMap<string, string>): object {
  const ours = [...tarballs].filter(([name]) => name !== "@kinde-cerbos/next");
  return {
    name: "app",
    private: true,
    type: "module",
    dependencies: {
      ...Object.fromEntries(ours.map(([name, path]) => [name, `file:${path}`])),
      "@kinde-oss/kinde-auth-react": "^5.13.1",
      "@tanstack/react-query": "^5.85.5",
      react,
      "react-dom": react,
    },
    devDependencies: {
      "@testing-library/dom": "^10",
      "@testing-library/react": "^16",
      "@types/node": "^24",
      "@types/react": react.split(".")[0],
      "@types/react-dom": react.split(".")[0],
      "@vitejs/plugin-react": "^6",
      typescript: "^7.0.2",
      vite: "^8",
    },
  };
}

/** The config of the issuer. Tom owns the document. */
function people(origin: string): object {
  const memberships = [{ organization: "org_north" }];
  return {
    applications: [{ clientId: "documents", redirectUris: [origin], logoutRedirectUris: [origin] }],
    organizations: [{ code: "org_north", name: "North" }],
    people: [{ id: "kp_tom", email: "tom@example.com", givenName: "Tom", familyName: "Reed", memberships }],
  };
}
