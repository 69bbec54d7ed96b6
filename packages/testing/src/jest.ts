/**
 * For Jest: `toHaveChecked` and `toHaveCheckedTimes`, and the recorded checks are forgotten after each test. A test
 * fails that has checked what no case of `loadPolicyTests` says. Name it in `setupFilesAfterEnv`.
 *
 * @packageDocumentation
 */
import { endTest } from "./end-test.ts";
import { type CheckPattern, permissionMatchers } from "./matchers/matchers.ts";

declare global {
  namespace jest {
    interface Matchers<R> {
      /** Whether `recordedChecks()` has such a check. */
      toHaveChecked(pattern: CheckPattern): R;
      /** Whether `recordedChecks()` has so many such checks. */
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
