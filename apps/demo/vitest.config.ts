import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Each file waits for programs of its own most of the time.
    maxWorkers: 2,
    // Against a test that hangs, and no measure: real programs on a busy machine take their time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
  },
});
