/**
 * Compiles the policies, runs their tests, and writes the counts to `test-results/policies.json`.
 * Ends with 1 when one failed, and when there was none to run.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cerbosBinary } from "./cerbos-binary.ts";
import { policyResults } from "./policy-results.ts";

const local = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const policies = local("policies");
const cerbos = cerbosBinary();

const run = spawnSync(cerbos, ["compile", "--output=json", policies], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
const { passed, failed, skipped } = policyResults(run.stdout, run.status);

mkdirSync(local("test-results"), { recursive: true });
writeFileSync(local("test-results/policies.json"), `${JSON.stringify({ passed, failed, skipped })}\n`);
console.log(`Policies: ${passed} checks passed, ${failed} failed, ${skipped} skipped.`);

if (failed > 0) {
  // The tree is what people read.
  spawnSync(cerbos, ["compile", policies], { stdio: "inherit" });
  process.exitCode = 1;
} else if (passed === 0) {
  console.error("No policy test ran.");
  process.exitCode = 1;
}
