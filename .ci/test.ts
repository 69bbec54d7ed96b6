// Runs everything that must pass: `pnpm test` calls it after the install. The last line it prints is the total of all
// suites. It exits with 1 if anything failed or nothing ran.
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { failuresIn } from "./failures.ts";

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Packages with a browser test that does not mind another one beside it. */
const besideAnother = ["react", "testing", "samples", "next-example"].map((name) => `@kinde-cerbos/${name}`);

/**
 * The tasks that must pass, in this order. Tests run each time; turbo skips builds and checks that it has done before.
 */
const steps = [
  // The lint and the size limits need what the packages build, and no turbo task of the root waits for it.
  ["build", "--filter=./packages/*"],
  // Two at a time, for two cores: none of them minds a busy machine.
  [
    "build",
    "typecheck",
    "package",
    "format:check",
    "lint",
    "lint:workflows",
    "knip",
    "size",
    "test",
    "test:repository",
    "--concurrency=2",
  ],
  // Two at a time: their pages wait for servers most of the time.
  ["test:browser", ...besideAnother.map((name) => `--filter=${name}`), "--concurrency=2"],
  // One at a time and nothing beside it: these tests need a browser that paints in time. Without the docs: their
  // browser test is for the night, but turbo would build them.
  ["test:browser", ...["@kinde-cerbos/docs", ...besideAnother].map((name) => `--filter=!${name}`), "--concurrency=1"],
];

/**
 * The report that each suite must leave; `test:browser` leaves a `playwright.json`. One that is missing has failed: its
 * suite did not run to its end.
 */
const reports = [
  ".ci/test-results/vitest.json",
  "apps/bench/test-results/vitest.json",
  "apps/demo/test-results/playwright.json",
  "apps/demo/test-results/policies.json",
  "apps/demo/test-results/vitest.json",
  "apps/samples/test-results/playwright.json",
  "apps/next/test-results/playwright.json",
  "apps/next/test-results/policies.json",
  "apps/packed/test-results/vitest.json",
  "docs/test-results/samples.json",
  "packages/cli/test-results/vitest.json",
  "packages/core/test-results/vitest.json",
  "packages/devtools/test-results/playwright.json",
  "packages/devtools/test-results/vitest.json",
  "packages/local-kinde/test-results/vitest.json",
  "packages/next/test-results/vitest.json",
  "packages/policies/test-results/oldest-cerbos-policies.json",
  "packages/policies/test-results/oldest-cerbos.json",
  "packages/policies/test-results/policies.json",
  "packages/policies/test-results/vitest.json",
  "packages/react/test-results/playwright.json",
  "packages/react/test-results/vitest.json",
  "packages/react/test/react-18/test-results/vitest.json",
  "packages/server/test-results/vitest.json",
  "packages/testing/test-results/playwright.json",
  "packages/testing/test-results/vitest.json",
  "packages/testing/test/jest/test-results/jest.json",
];

// Reports of an earlier run must not be counted for a suite that did not run.
for (const file of reports) rmSync(file, { force: true });

let failures = 0;
for (const step of steps) failures += run(step);

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
console.log();
for (const file of reports) {
  const counts = countsOf(file);
  console.log(`${file.replace("test-results/", "").replace(".json", "")}: ${sentence(counts)}`);
  if (counts.failed > 0) for (const failure of failuresIn(file)) console.log(`  failed: ${failure}`);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}
for (const suite of suitesWithoutReport()) {
  console.log(`${suite}: it has no report in .ci/test.ts, so nothing of it is counted`);
  total.failed += 1;
}
// A step that failed without a test counts as one: a type error, a lint.
if (failures > 0 && total.failed === 0) total.failed = failures;
if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
console.log(sentence(total));

/** The counts of a report. One that is missing, empty or not understood is one failure. */
function countsOf(file: string): Counts {
  try {
    const counts = read(file);
    const numbers = Object.values(counts);
    if (!numbers.every((number) => Number.isInteger(number) && number >= 0)) throw new Error("it has no counts");
    if (numbers.every((number) => number === 0)) throw new Error("it counts nothing");
    return counts;
  } catch (error) {
    console.log(`${file}: no report that can be counted (${error instanceof Error ? error.message : String(error)})`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** Suites of packages that are not in the list of reports: new ones, of which nothing would be counted. */
function suitesWithoutReport(): string[] {
  return globSync(["packages/*/package.json", "apps/*/package.json", "docs/package.json"]).flatMap((manifest) => {
    const folder = dirname(manifest);
    const { scripts = {} } = JSON.parse(readFileSync(manifest, "utf8"));
    const own = reports.filter((file) => file.startsWith(`${folder}/test-results/`));
    const listed = new Set(own.map(suiteOf));
    return ["test", "test:browser"]
      .filter((suite) => suite in scripts && !listed.has(suite))
      .map((suite) => `${folder} ${suite}`);
  });
}

/** The script that leaves a report. */
function suiteOf(report: string): string {
  return report.endsWith("/playwright.json") ? "test:browser" : "test";
}

/** Runs tasks, and after a failure all that do not need what failed. The output of each is in one piece. */
function run(step: readonly string[]): number {
  const options = ["--continue=dependencies-successful", "--log-order=grouped", "--output-logs=new-only"];
  const command = ["turbo", "run", ...step, ...options];
  console.log(`\n> ${command.join(" ")}`);
  const { status } = spawnSync("pnpm", ["exec", ...command], { stdio: "inherit" });
  return status === 0 ? 0 : 1;
}

/** Reads the report of Vitest or Jest, of Playwright, or one that holds the counts themselves. */
function read(file: string): Counts {
  const report = JSON.parse(readFileSync(file, "utf8"));
  if ("numTotalTests" in report) {
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + brokenFiles(report),
      skipped: report.numPendingTests + report.numTodoTests,
    };
  }
  if ("stats" in report) {
    const { expected, unexpected, flaky, skipped } = report.stats;
    return { passed: expected, failed: unexpected + flaky, skipped };
  }
  const { passed, failed, skipped } = report;
  return { passed, failed, skipped };
}

/** Test files that failed without a test of theirs: they did not even load. */
function brokenFiles(report: { testResults: { status: string; assertionResults: unknown[] }[] }): number {
  return report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
}

function sentence({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
