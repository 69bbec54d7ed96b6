// Runs all suites, each one even if another fails, so that the total includes all of them: on the newest Cerbos and on
// the oldest supported one.
import { spawnSync } from "node:child_process";

const OLDEST = ["node", "../../apps/demo/test/on-oldest-cerbos.ts"];
const POLICIES = "test-results/oldest-cerbos-policies.json";
const VITEST = "test-results/oldest-cerbos.json";
const suites = [
  ["node", "test/policy-tests.ts"],
  ["vitest", "run"],
  [...OLDEST, POLICIES, "node", "test/policy-tests.ts", POLICIES],
  // Without the policies of the documentation, which `test:oldest-cerbos` has.
  [...OLDEST, VITEST, "vitest", "run", "--exclude=test/documented-on-pdp.test.ts", `--outputFile.json=${VITEST}`],
];

let failures = 0;
for (const [command = "", ...args] of suites) {
  if (spawnSync(command, args, { stdio: "inherit" }).status !== 0) failures += 1;
}
process.exitCode = failures > 0 ? 1 : 0;
