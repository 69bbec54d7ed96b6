// Runs both test suites, the second one even if the first fails, so that the total includes both.
import { spawnSync } from "node:child_process";

const suites = [
  ["node", "test/policy-tests.ts"],
  ["vitest", "run"],
];

let failures = 0;
for (const [command = "", ...args] of suites) {
  if (spawnSync(command, args, { stdio: "inherit" }).status !== 0) failures += 1;
}
process.exitCode = failures > 0 ? 1 : 0;
