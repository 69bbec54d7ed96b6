import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { cerbosBinary } from "./cerbos-binary.ts";
import { policyResults } from "./policy-results.ts";

/**
 * Compiles a folder of policies, runs their tests, prints the counts and writes them to `report`, a JSON file. False
 * when one failed, and when there was none to run.
 */
export function runPolicyTests(policies: string, report: string): boolean {
  const cerbos = cerbosBinary();
  const run = spawnSync(cerbos, ["compile", "--output=json", policies], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const { passed, failed, skipped } = policyResults(run.stdout, run.status);

  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, `${JSON.stringify({ passed, failed, skipped })}\n`);
  console.log(`Policies: ${passed} checks passed, ${failed} failed, ${skipped} skipped.`);

  // The tree is what people read.
  if (failed > 0) spawnSync(cerbos, ["compile", policies], { stdio: "inherit" });
  else if (passed === 0) console.error("No policy test ran.");
  return failed === 0 && passed > 0;
}
