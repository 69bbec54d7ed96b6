import { clearRecordedChecks } from "./answer/recorded-checks.ts";
import { failOnDrift } from "./policy-tests/drift.ts";

/** What is to do after each test. Throws if the test has to fail. */
export function endTest(): void {
  clearRecordedChecks();
  failOnDrift();
}
