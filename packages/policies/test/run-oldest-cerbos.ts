// Runs both test suites on the oldest supported Cerbos.
import { spawnSync } from "node:child_process";

const POLICIES = "test-results/oldest-cerbos-policies.json";
const VITEST = "test-results/oldest-cerbos.json";
const suites = [
  [POLICIES, "node", "test/policy-tests.ts", POLICIES],
  [VITEST, "vitest", "run", `--outputFile.json=${VITEST}`],
];

let failures = 0;
for (const suite of suites) {
  const args = ["../../apps/demo/test/on-oldest-cerbos.ts", ...suite];
  if (spawnSync("node", args, { stdio: "inherit" }).status !== 0) failures += 1;
}
process.exitCode = failures > 0 ? 1 : 0;
