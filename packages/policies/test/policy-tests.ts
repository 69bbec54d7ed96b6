// Compiles the shared policies, the examples and the test policy, and runs their tests: `node test/policy-tests.ts
// [REPORT]`.
import { fileURLToPath } from "node:url";
// The CLI runs Cerbos. It depends on this package, so it cannot be a dependency of this package.
import { runPolicyTests } from "../../cli/src/internal.ts";
import { assemble } from "./assemble.ts";

const [report = "test-results/policies.json"] = process.argv.slice(2);
using assembled = assemble();
if (!runPolicyTests(assembled.folder, fileURLToPath(new URL(`../${report}`, import.meta.url)))) {
  process.exitCode = 1;
}
