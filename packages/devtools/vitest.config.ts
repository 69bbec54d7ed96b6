import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Those of a browser are Playwright's: *.spec.ts.
    include: ["test/**/*.test.{ts,tsx}"],
    environment: "jsdom",
    // Of what hangs.
    testTimeout: 30_000,
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
  },
});
