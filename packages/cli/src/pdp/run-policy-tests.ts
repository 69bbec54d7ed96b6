import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { findCerbos } from "./cerbos.ts";
import { evaluationModes } from "./pdp-config.ts";
import { policyResults } from "./policy-results.ts";

/**
 * Compiles a folder of policies, runs their tests without and with strict evaluation if this Cerbos has it, prints the
 * counts and writes them to `report`, a JSON file. False when one failed, and when there was none to run.
 */
export function runPolicyTests(policies: string, report: string): boolean {
  const cerbos = findCerbos().path;
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const mode of evaluationModes()) {
    const args = ["compile", ...mode, policies];
    const run = spawnSync(cerbos, [...args, "--output=json"], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
    const { passed, failed, skipped } = policyResults(run.stdout, run.status);
    console.log(`${["Policies", ...mode].join(" ")}: ${passed} checks passed, ${failed} failed, ${skipped} skipped.`);
    if (failed > 0) spawnSync(cerbos, args, { stdio: "inherit" });
    else if (passed === 0) console.error("No policy test ran.");
    total.passed += passed;
    total.failed += failed || (passed === 0 ? 1 : 0);
    total.skipped += skipped;
  }
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, `${JSON.stringify(total)}\n`);
  return total.failed === 0;
}
