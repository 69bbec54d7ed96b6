/** How many checks of the policy tests have passed, failed and were skipped. */
export interface PolicyResults {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Reads the output of `cerbos compile --output=json`. A check that is neither passed nor skipped has failed. A run that
 * ended with an error but without a failed check counts as one failure: policies do not compile, or a test suite is
 * invalid.
 */
export function policyResults(output: string, exitCode: number | null): PolicyResults {
  const results = { passed: 0, failed: 0, skipped: 0 };
  for (const { result, count } of resultCounts(output)) {
    if (result === "RESULT_PASSED") results.passed += count;
    else if (result === "RESULT_SKIPPED") results.skipped += count;
    else results.failed += count;
  }
  if (exitCode !== 0 && results.failed === 0) results.failed = 1;
  return results;
}

interface ResultCount {
  readonly result: string;
  readonly count: number;
}

function resultCounts(output: string): ResultCount[] {
  const counts = property(property(parse(output), "summary"), "resultCounts");
  return Array.isArray(counts) ? counts.filter(isResultCount) : [];
}

function parse(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}

const property = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const isResultCount = (value: unknown): value is ResultCount =>
  typeof property(value, "result") === "string" && typeof property(value, "count") === "number";
