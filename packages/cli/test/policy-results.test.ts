import { expect, test } from "vitest";
import { policyResults } from "../src/pdp/policy-results.ts";

const summary = (...resultCounts: object[]): string => JSON.stringify({ suites: [], summary: { resultCounts } });

test("counts what passed, failed and was skipped", () => {
  const output = summary(
    { result: "RESULT_PASSED", count: 7 },
    { result: "RESULT_SKIPPED", count: 2 },
    { result: "RESULT_FAILED", count: 1 },
    { result: "RESULT_ERRORED", count: 1 },
  );
  expect(policyResults(output, 4)).toEqual({ passed: 7, failed: 2, skipped: 2 });
});

test.each([
  ["no tests", summary(), 0, 0],
  ["an invalid suite, which has no count", summary({ result: "RESULT_PASSED", count: 3 }), 4, 1],
  ["policies that do not compile", '{"compileErrors":[]}', 3, 1],
  ["no output", "", 1, 1],
  ["a program that was ended", "", null, 1],
])("a run with %s", (_, output, exitCode, failed) => {
  expect(policyResults(output, exitCode).failed).toBe(failed);
});
