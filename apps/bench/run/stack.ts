import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startPdp } from "@kinde-cerbos/cli/internal";
import { createSession } from "@kinde-cerbos/core";
import { kindeConfig } from "@kinde-cerbos/demo/stack/kinde-config.ts";
import { startLocalKinde } from "@kinde-cerbos/local-kinde";
import { build, preview } from "vite";
import { type Surroundings, type User } from "../shared/task.ts";
import { startDistance } from "./distance.ts";
import { startGateway } from "./gateway.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const policies = fileURLToPath(new URL("../../demo/policies", import.meta.url));

/** What the distant PDP is farther away, in ms. */
const ROUND_TRIP_MS = 30;

/** What a benchmark needs: the built page, an issuer, a PDP. */
export interface BenchStack {
  /** Where the page is. */
  readonly url: string;
  /** Where it is built to. */
  readonly outDir: string;
  readonly surroundings: Surroundings;
  close(): Promise<void>;
}

/** Builds the page and starts the programs, all on free ports of the loopback address. */
export async function startBenchStack(mode: "production" | "development" = "production"): Promise<BenchStack> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.toReversed()) await one();
  };
  try {
    const config = await kindeConfig(url);
    const [application] = config.applications;
    if (!application) throw new Error("The demo's configuration has no application.");
    // An hour of use is replayed in minutes, with a clock that goes as fast: the first token must outlive it.
    application.accessTokenLifetime = 7200;
    const kinde = await startLocalKinde({ config });
    closers.push(() => kinde.close());
    const pdp = await startPdp({
      policies,
      jwksUrl: `${kinde.url}/.well-known/jwks`,
      globals: { issuer: kinde.url, clientId: application.clientId },
      // Asked directly: a proxy of ours would be measured too.
      corsOrigins: [url],
      // For chunks of more than 50, which is the PDP's default and each contender's.
      requestLimits: { maxResourcesPerRequest: 500 },
    });
    closers.push(() => pdp.stop());
    const distance = await startDistance(new URL(pdp.url), ROUND_TRIP_MS);
    closers.push(() => distance.close());
    const gateway = await startGateway({
      issuer: kinde.url,
      clientId: application.clientId,
      pdp: pdp.url,
      origin: url,
    });
    closers.push(() => gateway.close());
    const outDir = await mkdtemp(join(tmpdir(), "kinde-cerbos-bench-"));
    closers.push(() => rm(outDir, { recursive: true, force: true }));
    // Vite builds for production in each mode, unless the environment says otherwise.
    const define = { "process.env.NODE_ENV": JSON.stringify(mode) };
    await build({ root, mode, define, logLevel: "warn", build: { outDir, emptyOutDir: true } });
    const page = await preview({ root, logLevel: "silent", build: { outDir }, preview: { port } });
    closers.push(() => page.close());
    const signIn = async (organization: string): Promise<User> => {
      const token = await kinde.createToken({ person: "kp_jonas", organization });
      return { token, principal: (await createSession(token)).principal };
    };
    const surroundings = {
      pdpUrls: { direct: pdp.url, distant: distance.url, gateway: gateway.url },
      user: await signIn("org_aurora"),
      renewed: await signIn("org_aurora"),
      elsewhere: await signIn("org_borealis"),
    };
    return { url, outDir, surroundings, close };
  } catch (error) {
    await close();
    throw error;
  }
}
