import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { test as inChromium } from "@kinde-cerbos/chromium/test";
import { freePort, startChild, waitUntilHealthy } from "@kinde-cerbos/cli/internal";
import { type LocalKindeConfig } from "@kinde-cerbos/local-kinde";
import { test as withServers } from "@kinde-cerbos/testing/playwright";
import { expect, mergeTests } from "@playwright/test";

/** For tests of details. Only `test:all` runs them, nightly. */
export const NIGHTLY = { tag: "@nightly" };

/** The built app, run by `next start`. */
interface App {
  readonly url: string;
  /** The output of its server. */
  readonly lines: readonly string[];
  /** Stops it with SIGTERM, as a host does. Resolves with whether it exited by itself instead of being killed. */
  readonly stop: () => Promise<boolean>;
}

/** The folder of this app. */
export const folder = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The testing package's `test`, with the app, the issuer and the PDP. Each test has its own app, because documents
 * change. `build` is the folder with the build that runs.
 */
export const test = mergeTests(withServers, inChromium).extend<{ app: App }, { port: number; build: string }>({
  build: [async ({}, provide) => provide(folder), { scope: "worker" }],
  port: [async ({}, provide) => provide(await freePort()), { scope: "worker" }],
  kindeOptions: [async ({ port }, provide) => provide({ config: await configFor(port) }), { scope: "worker" }],
  app: async ({ port, build, kinde, pdp }, provide) => {
    const url = `http://localhost:${port}`;
    const lines: string[] = [];
    const next = fileURLToPath(import.meta.resolve("next/dist/bin/next"));
    const server = startChild({
      name: "app",
      command: process.execPath,
      args: [next, "start", "--port", String(port)],
      cwd: build,
      env: {
        ...process.env,
        ...parseEnv(await textFor(port, ".env")),
        NEXT_TELEMETRY_DISABLED: "1",
        KINDE_ISSUER_URL: kinde.url,
        CERBOS_PDP_URL: pdp.url,
      },
      onLine: (line) => lines.push(line),
      stopTimeout: 15_000,
    });
    await waitUntilHealthy(server, url);
    const stop = async (): Promise<boolean> => {
      await server.stop();
      return (await server.exited).signal === null;
    };
    await provide({ url, lines, stop });
    await stop();
    expect(lines.filter((line) => /error|warn|⨯|⚠/i.test(line))).toEqual([]);
  },
  baseURL: async ({ app }, provide) => provide(app.url),
});

/** The people of `kinde.json`, for an app on this port. */
async function configFor(port: number): Promise<LocalKindeConfig> {
  const config: LocalKindeConfig = JSON.parse(await textFor(port, "kinde.json"));
  return config;
}

/** Returns a file's content with this port instead of the app's own. */
async function textFor(port: number, file: string): Promise<string> {
  const text = await readFile(`${folder}/${file}`, "utf8");
  return text.replaceAll("http://localhost:3000", `http://localhost:${port}`);
}
