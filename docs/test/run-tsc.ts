import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** Runs the TypeScript compiler in a folder. */
export function runTsc(folder: string, options: readonly string[] = []): SpawnSyncReturns<string> {
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
  return spawnSync(process.execPath, [tsc, "--pretty", "false", ...options], { cwd: folder, encoding: "utf8" });
}
