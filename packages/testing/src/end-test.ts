import { cleanup } from "@testing-library/react";
import { clearRecordedChecks } from "./answer/recorded-checks.ts";
import { failOnDrift } from "./policy-tests/drift.ts";

/**
 * Unmounts what the test rendered and clears the recorded checks. Throws if a component made a check that no policy
 * test has.
 */
export function endTest(): void {
  try {
    // Testing Library does this only if the test runner has a global afterEach.
    cleanup();
  } finally {
    clearRecordedChecks();
    failOnDrift();
  }
}
