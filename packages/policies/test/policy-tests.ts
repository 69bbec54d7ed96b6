// Compiles the pack, the examples and the specimen, and runs the tests among them.
import { fileURLToPath } from "node:url";
// The demo has what runs Cerbos; it uses this package, which therefore cannot name it as a dependency.
import { runPolicyTests } from "../../../apps/demo/stack/run-policy-tests.ts";
import { assemble } from "./assemble.ts";

using assembled = assemble();
if (!runPolicyTests(assembled.folder, fileURLToPath(new URL("../test-results/policies.json", import.meta.url)))) {
  process.exitCode = 1;
}
