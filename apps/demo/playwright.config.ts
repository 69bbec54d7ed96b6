import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "test/e2e",
  outputDir: "test-results/browser",
  // One stack serves all tests, and some of them stop its PDP.
  workers: 1,
  retries: 0,
  ...(process.env["DEMO_NIGHTLY"] === undefined && { grepInvert: /@nightly/ }),
  forbidOnly: Boolean(process.env["CI"]),
  timeout: 30_000,
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
});
