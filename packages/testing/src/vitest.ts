/**
 * For Vitest: the matchers `toHaveChecked` and `toHaveCheckedTimes`. After each test, it unmounts what the test
 * rendered and clears the recorded checks. With `loadPolicyTests`, a test fails if a component made a check that no
 * policy test has. Import it in a setup file.
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
