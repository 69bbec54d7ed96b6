// The demo's suites that need no browser, one after the other, and the second even if the first failed: both are in the
// total.
import { spawnSync } from "node:child_process";

const suites = [
  ["node", "stack/policy-tests.ts"],
  ["vitest", "run"],
];

let failures = 0;
for (const [command = "", ...args] of suites) {
  if (spawnSync(command, args, { stdio: "inherit" }).status !== 0) failures += 1;
}
process.exitCode = failures > 0 ? 1 : 0;
