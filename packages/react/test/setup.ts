import { version } from "react";
import { afterEach, beforeEach, type MockInstance, vi } from "vitest";

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

/** Whether this file's tests are on a page; else on a server, where React must not take it for one. */
const isPage = typeof document !== "undefined";
const library = isPage ? await import("@testing-library/react") : undefined;
// The default of 1 s is too short for a machine that builds and lints beside the tests.
library?.configure({ asyncUtilTimeout: 10_000 });

/** React 18 tells of each error that a boundary has caught, and has no `onCaughtError` to tell it instead. */
const isCaught = (text: unknown): boolean =>
  version.startsWith("18.") &&
  /^The above error occurred in .* using the error boundary you provided/s.test(String(text));

// React tells of misuse on the console only, and nothing of ours may end up there.
let output: MockInstance[] = [];
beforeEach(() => {
  output = (["error", "warn", "log"] as const).map((level) => vi.spyOn(console, level));
  // What the core asks again is asked without a wait: its jitter is none.
  vi.spyOn(Math, "random").mockReturnValue(0);
});

afterEach(() => {
  library?.cleanup();
  const written = output.flatMap((spy) => spy.mock.calls).filter(([text]) => !isCaught(text));
  vi.useRealTimers();
  vi.restoreAllMocks();
  if (isPage) localStorage.clear();
  if (written.length > 0) throw new Error(`Written on the console: ${written.map(String).join("\n")}`);
});
