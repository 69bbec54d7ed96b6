// A process ends by itself once it has nothing to do. A build, for one, loads the modules of a server and serves nothing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { runNode } from "../../../cli/test/support/node-run.ts";
import { redisProgram, startRedis } from "../redis-server.ts";
import { serve } from "../serve.ts";

const IDLE = fileURLToPath(new URL("idle.ts", import.meta.url));

/** Runs the program with a PDP and these arguments in addition. Resolves when it has ended, or never. */
async function runIdle(...args: readonly string[]): Promise<{ readonly code: unknown; readonly output: string }> {
  await using pdp = await serve((_, response) => response.end("cerbos_dev_store_bundle_updates_count 1\n"));
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-end-"));
  mkdirSync(join(folder, "more"));
  writeFileSync(join(folder, "more", "document.yaml"), "{}");

  const run = runNode([IDLE, pdp.url, folder, ...args]);
  onTestFinished(() => {
    run.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  return { code: await run.ended, output: run.output() };
}

test("a process that only creates things ends by itself", async () => {
  expect(await runIdle()).toEqual({ code: 0, output: "ready\n" });
});

const isSkipped = redisProgram === undefined && process.env["CI"] !== "true";

test.skipIf(isSkipped)("a process that has closed its client of Redis ends by itself", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  expect(await runIdle(String(redis.port))).toEqual({ code: 0, output: "ready\n" });
});
