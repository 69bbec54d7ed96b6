import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { findCerbos } from "./cerbos.ts";
import { evaluationModes } from "./pdp-config.ts";
import { type PolicyResults, policyResults } from "./policy-results.ts";

/** A run of a folder's policy tests, in one evaluation mode. */
interface PolicyTestRun {
  /** The arguments of the mode: none, or `--strict-evaluation`. */
  readonly mode: readonly string[];
  /** The counts. A run without any test counts as one failure. */
  readonly results: PolicyResults;
  /** Returns Cerbos' report on the tests, for people. */
  readonly report: () => string;
}

/** Compiles a folder of policies and runs its tests, without strict evaluation, and with it if this Cerbos has it. */
export function testPolicies(policies: string): PolicyTestRun[] {
  const cerbos = findCerbos().path;
  return evaluationModes().map((mode) => {
    const args = ["compile", ...mode, policies];
    // With FORCE_COLOR, which Playwright and many CI services set, the JSON would be colored.
    const run = spawnSync(cerbos, [...args, "--no-color", "--output=json"], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    });
    const { passed, failed, skipped } = policyResults(run.stdout, run.status);
    if (passed === 0 && failed === 0) {
      return { mode, results: { passed, failed: 1, skipped }, report: () => `No policy test ran in ${policies}.` };
    }
    const report = (): string => {
      const { stdout, stderr } = spawnSync(cerbos, args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
      return `${stdout}${stderr}`;
    };
    return { mode, results: { passed, failed, skipped }, report };
  });
}

/**
 * Runs {@link testPolicies}, prints the counts and writes them to `report`, a JSON file. Returns false if a test
 * failed, or if there was none.
 */
export function runPolicyTests(policies: string, report: string): boolean {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { mode, results, report: details } of testPolicies(policies)) {
    const { passed, failed, skipped } = results;
    console.log(`${["Policies", ...mode].join(" ")}: ${passed} checks passed, ${failed} failed, ${skipped} skipped.`);
    if (failed > 0) console.error(details());
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, `${JSON.stringify(total)}\n`);
  return total.failed === 0;
}
