// The demo's suites, one after the other, and each of them even if one before it failed: all are in the total.
import { spawnSync } from "node:child_process";

const suites = [
  ["node", "stack/policy-tests.ts"],
  ["vitest", "run"],
  ["playwright", "test"],
];

let failures = 0;
for (const [command = "", ...args] of suites) {
  if (spawnSync(command, args, { stdio: "inherit" }).status !== 0) failures += 1;
}
process.exitCode = failures > 0 ? 1 : 0;
