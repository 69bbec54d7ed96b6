import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { createSession } from "@kinde-cerbos/core";
import { kindeConfig } from "@kinde-cerbos/demo/stack/kinde-config.ts";
import { startPdp } from "@kinde-cerbos/demo/stack/pdp.ts";
import { freePort } from "@kinde-cerbos/demo/stack/ports.ts";
import { startLocalKinde } from "@kinde-cerbos/local-kinde";
import { build, preview } from "vite";

import { type Task } from "../shared/task.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const policies = fileURLToPath(new URL("../../demo/policies", import.meta.url));

/** What a benchmark needs: the built page, an issuer, a PDP. */
export interface BenchStack {
  /** Where the page is. */
  readonly url: string;
  /** Where it is built to. */
  readonly outDir: string;
  /** Who asks where: the same for each page. */
  readonly world: Pick<Task, "pdpUrl" | "principal" | "tokens">;
  close(): Promise<void>;
}

/** Builds the page for production and starts the programs, all on free ports of the loopback address. */
export async function startBenchStack(): Promise<BenchStack> {
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
    const kinde = await startLocalKinde({ config });
    closers.push(() => kinde.close());
    const pdp = await startPdp({
      policies,
      jwksUrl: `${kinde.url}/.well-known/jwks`,
      globals: { issuer: kinde.url, clientId: application.clientId },
      // Asked directly: a proxy of ours would be measured too.
      corsOrigins: [url],
    });
    closers.push(() => pdp.stop());
    const outDir = await mkdtemp(join(tmpdir(), "kinde-cerbos-bench-"));
    closers.push(() => rm(outDir, { recursive: true, force: true }));
    await build({ root, logLevel: "warn", build: { outDir, emptyOutDir: true } });
    const page = await preview({ root, logLevel: "silent", build: { outDir }, preview: { port } });
    closers.push(() => page.close());
    const newToken = (): Promise<string> => kinde.createToken({ person: "kp_jonas", organization: "org_aurora" });
    const tokens = [await newToken(), await newToken()] as const;
    const { principal } = await createSession(tokens[0]);
    return { url, outDir, world: { pdpUrl: pdp.url, principal, tokens }, close };
  } catch (error) {
    await close();
    throw error;
  }
}
