/** How many checks of the policy tests ended how. */
export interface PolicyResults {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Reads what `cerbos compile --output=json` wrote. Whatever is neither passed nor skipped has failed, and so has
 * a run that ended with an error without naming one: policies that do not compile, a suite that is not valid.
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
