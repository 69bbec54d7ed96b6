// Compiles the pack, the examples and the specimen, and runs the tests among them: `node test/policy-tests.ts
// [REPORT]`.
import { fileURLToPath } from "node:url";
// The CLI has what runs Cerbos; it uses this package, which therefore cannot name it as a dependency.
import { runPolicyTests } from "../../cli/src/internal.ts";
import { assemble } from "./assemble.ts";

const [report = "test-results/policies.json"] = process.argv.slice(2);
using assembled = assemble();
if (!runPolicyTests(assembled.folder, fileURLToPath(new URL(`../${report}`, import.meta.url)))) {
  process.exitCode = 1;
}
