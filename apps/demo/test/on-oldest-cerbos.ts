/**
 * Runs a command on the oldest Cerbos that is supported: `node on-oldest-cerbos.ts REPORT COMMAND…`. If npm has none for
 * this machine, the command is counted as skipped in REPORT, the JSON file that it would have written.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";

const [report = "", command = "", ...args] = process.argv.slice(2);
const binary = oldestCerbos();
if (binary === undefined) {
  console.log("Skipped: npm has the oldest supported Cerbos for Linux on x64 only.");
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, `${JSON.stringify({ passed: 0, failed: 0, skipped: 1 })}\n`);
} else {
  const env = { ...process.env, CERBOS_PATH: binary };
  process.exitCode = spawnSync(command, args, { stdio: "inherit", env }).status ?? 1;
}

function oldestCerbos(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("cerbos-oldest");
  } catch {
    return undefined;
  }
}
