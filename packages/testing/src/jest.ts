/**
 * For Jest: the matchers `toHaveChecked` and `toHaveCheckedTimes`. After each test, it unmounts what the test rendered
 * and clears the recorded checks. With `loadPolicyTests`, a test fails if a component made a check that no policy test
 * has. Add it to `setupFilesAfterEnv`.
 *
 * @packageDocumentation
 */
import { endTest } from "./end-test.ts";
import { type CheckPattern, permissionMatchers } from "./matchers/matchers.ts";

declare global {
  /** The types of Jest that this entry point extends. */
  namespace jest {
    /** The matchers that this entry point adds. */
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
    "There is no global expect and afterEach. Add @kinde-cerbos/testing/jest to setupFilesAfterEnv in Jest's config, " +
      "not to setupFiles. With injectGlobals: false, call expect.extend(permissionMatchers) yourself.",
  );
}
expect.extend(permissionMatchers);
afterEach(endTest);
