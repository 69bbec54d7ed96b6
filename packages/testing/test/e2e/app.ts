import { fileURLToPath } from "node:url";
import { freePort } from "@kinde-cerbos/cli/internal";
import { type LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { test as base } from "@kinde-cerbos/testing/playwright";
import { type Browser } from "@playwright/test";
import { build, preview } from "vite";
import { launchChromium } from "../../../../apps/demo/test/e2e/chromium.ts";

/** The built app, and where it is. */
interface App {
  readonly url: string;
}

const root = fileURLToPath(new URL("app", import.meta.url));
const outDir = fileURLToPath(new URL("../../test-results/app", import.meta.url));

/** The kit's test, with a small app on the issuer and the PDP. */
export const test = base.extend<object, { browser: Browser; port: number; app: App }>({
  browser: [
    async ({}, provide) => {
      const running = await launchChromium();
      await provide(running.browser);
      await running.close();
    },
    { scope: "worker" },
  ],
  port: [async ({}, provide) => provide(await freePort()), { scope: "worker" }],
  kindeOptions: [async ({ port }, provide) => provide({ config: config(port) }), { scope: "worker" }],
  pdpOptions: [{ policies: "test/samples/policies" }, { scope: "worker" }],
  app: [
    async ({ port, kinde, pdp }, provide) => {
      const define = { ISSUER: JSON.stringify(kinde.url) };
      const shared = { root, configFile: false, logLevel: "error", build: { outDir, emptyOutDir: true } } as const;
      await build({ ...shared, define });
      const proxy = { "/authz": { target: pdp.url, rewrite: (path: string) => path.slice("/authz".length) } };
      const server = await preview({ ...shared, preview: { port, host: "127.0.0.1", strictPort: true, proxy } });
      await provide({ url: `http://localhost:${port}` });
      await server.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ app }, provide) => provide(app.url),
});

function config(port: number): LocalKindeConfig {
  const url = `http://localhost:${port}`;
  return {
    applications: [{ clientId: "app", name: "Documents", redirectUris: [url], logoutRedirectUris: [url] }],
    organizations: [
      { code: "org_north", name: "North" },
      { code: "org_south", name: "South" },
    ],
    people: [person("kp_ann", "Ann", "org_north", "org_south"), person("kp_ben", "Ben", "org_north")],
  };
}

function person(id: string, givenName: string, ...codes: string[]): LocalKindeConfig["people"][number] {
  return {
    id,
    email: `${givenName.toLowerCase()}@example.com`,
    givenName,
    familyName: "Lee",
    memberships: codes.map((organization) => ({ organization })),
  };
}
