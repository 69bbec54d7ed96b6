/**
 * For Jest: `toHaveChecked` and `toHaveCheckedTimes`. After each test, it unmounts what the test rendered and forgets
 * the recorded checks. A test fails if a component made a check that `loadPolicyTests` has no case for.
 * Name it in `setupFilesAfterEnv`.
 *
 * @packageDocumentation
 */
import { endTest } from "./end-test.ts";
import { type CheckPattern, permissionMatchers } from "./matchers/matchers.ts";

declare global {
  /** The types of Jest that this entry point extends. */
  namespace jest {
    /** Two matchers more. */
    interface Matchers<R> {
      /** Passes if a check of `recordedChecks()` matches the pattern. */
      toHaveChecked(pattern: CheckPattern): R;
      /** Passes if exactly this many checks of `recordedChecks()` match the pattern. */
      toHaveCheckedTimes(pattern: CheckPattern, times: number): R;
    }
  }
}

interface JestGlobals {
  readonly expect?: { readonly extend: (matchers: object) => void };
  readonly afterEach?: (task: () => void) => void;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Jest's own types would be a dependency
const { expect, afterEach } = globalThis as JestGlobals;
if (!expect || !afterEach) {
  throw new Error(
    "There is no global expect and afterEach. Name @kinde-cerbos/testing/jest in setupFilesAfterEnv of Jest, not in " +
      "setupFiles. With injectGlobals: false, write expect.extend(permissionMatchers) yourself.",
  );
}
expect.extend(permissionMatchers);
afterEach(endTest);
