/**
 * For Vitest: `toHaveChecked` and `toHaveCheckedTimes`. After each test, it unmounts what the test rendered and forgets
 * the recorded checks. A test fails if a component made a check that `loadPolicyTests` has no case for.
 * Import it in a set-up file.
 *
 * @packageDocumentation
 */
import { afterEach, expect } from "vitest";
import { endTest } from "./end-test.ts";
import { type CheckPattern, permissionMatchers } from "./matchers/matchers.ts";

declare module "vitest" {
  interface Matchers<R> {
    /** Passes if a check of `recordedChecks()` matches the pattern. */
    toHaveChecked(pattern: CheckPattern): R;
    /** Passes if exactly this many checks of `recordedChecks()` match the pattern. */
    toHaveCheckedTimes(pattern: CheckPattern, times: number): R;
  }
}

expect.extend(permissionMatchers);
afterEach(endTest);
