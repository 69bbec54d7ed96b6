import { fileURLToPath } from "node:url";
import { test as inChromium } from "@kinde-cerbos/chromium/test";
import { freePort } from "@kinde-cerbos/cli/internal";
import { type LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { kindeCerbos } from "@kinde-cerbos/server/vite";
import { signInAs, test as withServers } from "@kinde-cerbos/testing/playwright";
import { mergeTests, type Page } from "@playwright/test";
import react from "@vitejs/plugin-react";
import { createServer } from "vite";

const root = fileURLToPath(new URL("app", import.meta.url));

/** For tests of details. Only `test:all` runs them, nightly. */
export const NIGHTLY = { tag: "@nightly" };

/** A running app in development, with the gateway, which returns metadata there. */
interface App {
  readonly url: string;
}

/** Playwright's test with the app, an issuer and a PDP. Ann is signed in. */
export const test = mergeTests(withServers, inChromium).extend<{ signedIn: Page }, { port: number; app: App }>({
  port: [async ({}, provide) => provide(await freePort()), { scope: "worker" }],
  kindeOptions: [async ({ port }, provide) => provide({ config: config(port) }), { scope: "worker" }],
  app: [
    async ({ port, kinde, pdp }, provide) => {
      const server = await createServer({
        root,
        configFile: false,
        logLevel: "error",
        // Each worker has its own, because two servers must not write to one cache.
        cacheDir: fileURLToPath(new URL(`../../test-results/vite-${port}`, import.meta.url)),
        define: { ISSUER: JSON.stringify(kinde.url) },
        plugins: [react(), kindeCerbos({ issuer: kinde.url, clientId: "app", pdp: [pdp.url], path: "/authz" })],
        server: { port, host: "127.0.0.1", strictPort: true },
      });
      await server.listen();
      await provide({ url: `http://localhost:${port}` });
      await server.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ app }, provide) => provide(app.url),
  signedIn: async ({ page }, provide) => {
    await page.goto("/");
    await signInAs(page, { person: "kp_ann" });
    await page.getByRole("heading", { name: "kp_ann in org_north" }).waitFor();
    await provide(page);
  },
});

function config(port: number): LocalKindeConfig {
  const url = `http://localhost:${port}`;
  return {
    roles: [{ key: "admin", name: "Administrator", permissions: [] }],
    applications: [
      {
        clientId: "app",
        name: "Documents",
        redirectUris: [url, `${url}/silent.html`],
        logoutRedirectUris: [url],
        claims: { include: ["roles", "org_name"] },
      },
    ],
    organizations: [
      { code: "org_north", name: "North" },
      { code: "org_south", name: "South" },
    ],
    people: [
      person("kp_ann", "Ann", [{ organization: "org_north" }, { organization: "org_south" }]),
      person("kp_ben", "Ben", [{ organization: "org_north", roles: ["admin"] }]),
    ],
  };
}

type Person = LocalKindeConfig["people"][number];

function person(id: string, givenName: string, memberships: Person["memberships"]): Person {
  return { id, email: `${givenName.toLowerCase()}@example.com`, givenName, familyName: "Lee", memberships };
}
