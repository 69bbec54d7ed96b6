import { fileURLToPath } from "node:url";
import { test as inChromium } from "@kinde-cerbos/chromium/test";
import { freePort } from "@kinde-cerbos/cli/internal";
import { type LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { test as withServers } from "@kinde-cerbos/testing/playwright";
import { mergeTests } from "@playwright/test";
import { build, preview } from "vite";

/** The built app, and its address. */
interface App {
  readonly url: string;
}

const root = fileURLToPath(new URL("app", import.meta.url));
const outDir = fileURLToPath(new URL("../../test-results/app", import.meta.url));

/** The package's `test`, with a small app that uses the issuer and the PDP. */
export const test = mergeTests(withServers, inChromium).extend<object, { port: number; app: App }>({
  port: [async ({}, provide) => provide(await freePort()), { scope: "worker" }],
  kindeOptions: [async ({ port }, provide) => provide({ config: config(port) }), { scope: "worker" }],
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
