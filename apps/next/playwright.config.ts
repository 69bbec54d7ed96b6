import { type KindeCerbosOptions } from "@kinde-cerbos/testing/playwright";
import { defineConfig } from "@playwright/test";

export default defineConfig<object, KindeCerbosOptions>({
  testDir: "test/e2e",
  ...(process.env.NIGHTLY === undefined && { grepInvert: /@nightly/ }),
  outputDir: "test-results/browser",
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  // Only against what hangs: on a busy machine, everything takes its time.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: { pdpOptions: { policies: "policies" } },
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
});
