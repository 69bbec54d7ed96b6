import { afterEach, beforeEach, vi } from "vitest";

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const isPage = typeof document !== "undefined";
const library = isPage ? await import("@testing-library/react") : undefined;
// The default of 1 s is too short on a machine that also builds and lints.
library?.configure({ asyncUtilTimeout: 10_000 });

// React reports misuse only on the console, so a message there fails the test.
beforeEach(() => {
  if (!isPage) return;
  for (const level of ["error", "warn", "log"] as const) vi.spyOn(console, level);
});

afterEach(() => {
  if (!isPage) return;
  library?.cleanup();
  const written = [console.error, console.warn, console.log].flatMap((spy) => vi.mocked(spy).mock.calls);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  sessionStorage.clear();
  if (written.length > 0) throw new Error(`Written on the console: ${written.map(String).join("\n")}`);
});
