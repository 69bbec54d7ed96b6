import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { test as inChromium } from "@kinde-cerbos/chromium/test";
import { freePort } from "@kinde-cerbos/cli/internal";
import { type LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { test as withServers } from "@kinde-cerbos/testing/playwright";
import { mergeTests } from "@playwright/test";

/** Options for a project. */
export interface SampleOptions {
  /**
   * The command that serves the sample's build: a file for Node and its arguments. It runs in the folder with the
   * project's name.
   */
  program: readonly string[];
}

interface Sample {
  port: number;
  app: ChildProcess;
}

/** Returns the issuer's config for an app at this origin. Access tokens are valid for this many seconds. */
export function kindeConfig(origin: string, accessTokenLifetime = 3600): LocalKindeConfig {
  const north = { organization: "org_north" };
  const ann = { id: "kp_ann", email: "ann@example.com", givenName: "Ann", familyName: "Lee", memberships: [north] };
  const admin = { organization: "org_north", roles: ["admin"] };
  const ben = { id: "kp_ben", email: "ben@example.com", givenName: "Ben", familyName: "Roy", memberships: [admin] };
  const south = { organization: "org_south" };
  const cleo = { id: "kp_cleo", email: "cleo@example.com", givenName: "Cleo", familyName: "Sy", memberships: [south] };
  return {
    applications: [
      {
        clientId: "documents",
        redirectUris: [`${origin}/callback`],
        logoutRedirectUris: [origin],
        audiences: ["https://api.example.com"],
        claims: { naming: "plain", include: ["roles"] },
        accessTokenLifetime,
      },
    ],
    roles: [{ key: "admin", name: "Administrator", permissions: [] }],
    organizations: [
      { code: "org_north", name: "North" },
      { code: "org_south", name: "South" },
    ],
    people: [ann, ben, cleo],
  };
}

/** A test with an issuer, a PDP and the sample. */
export const test = mergeTests(withServers, inChromium).extend<object, SampleOptions & Sample>({
  program: [[], { scope: "worker", option: true }],
  port: [async ({}, provide) => provide(await freePort()), { scope: "worker" }],
  pdpOptions: [{ policies: "cerbos/policies" }, { scope: "worker" }],
  kindeOptions: [
    async ({ port }, provide) => provide({ config: kindeConfig(`http://localhost:${port}`) }),
    { scope: "worker" },
  ],
  app: [
    async ({ program, port, kinde, pdp }, provide, { project }) => {
      const app = spawn(process.execPath, program, {
        cwd: project.name,
        stdio: ["ignore", "pipe", "inherit"],
        env: {
          ...process.env,
          NODE_ENV: "production",
          PORT: String(port),
          HOST: "localhost",
          APP_URL: `http://localhost:${port}`,
          KINDE_ISSUER: kinde.url,
          KINDE_CLIENT_ID: "documents",
          KINDE_AUDIENCE: "https://api.example.com",
          PDP_URL: pdp.url,
          SESSION_SECRET: "a secret of tests, of 32 or more characters",
        },
      });
      // The server prints a line when it is listening.
      await once(app.stdout, "data");
      await provide(app);
      app.kill();
      await once(app, "exit");
    },
    { scope: "worker", auto: true },
  ],
  baseURL: async ({ port }, provide) => provide(`http://localhost:${port}`),
});
