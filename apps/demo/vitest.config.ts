import { configDefaults, defineConfig } from "vitest/config";

/** What starts many whole stacks, and has a faster test beside it. `test:all` runs it, nightly. */
const NIGHTLY = ["test/stack-end.test.ts", "test/playground/policies.test.ts"];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(process.env["NIGHTLY"] === undefined ? NIGHTLY : [])],
    // Each file waits for programs of its own most of the time.
    maxWorkers: 2,
    // Against a test that hangs, and no measure: real programs on a busy machine take their time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
  },
});
