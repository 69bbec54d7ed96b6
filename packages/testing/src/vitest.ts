/**
 * For Vitest: `toHaveChecked` and `toHaveCheckedTimes`, and the recorded checks are forgotten after each test. A test
 * fails that has checked what no case of `loadPolicyTests` says. Import it in a set-up file.
 *
 * @packageDocumentation
 */
import { afterEach, expect } from "vitest";
import { endTest } from "./end-test.ts";
import { type CheckPattern, permissionMatchers } from "./matchers/matchers.ts";

declare module "vitest" {
  interface Matchers<R> {
    /** Whether `recordedChecks()` has such a check. */
    toHaveChecked(pattern: CheckPattern): R;
    /** Whether `recordedChecks()` has so many such checks. */
    toHaveCheckedTimes(pattern: CheckPattern, times: number): R;
  }
}

expect.extend(permissionMatchers);
afterEach(endTest);
