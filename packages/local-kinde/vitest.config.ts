import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // For a test that hangs.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Files share what is loaded, which halves the time. At night, each has its own.
    isolate: process.env["OWN_PAGES"] !== undefined,
    reporters: ["default", ["json", { outputFile: "test-results/vitest.json" }]],
  },
});
