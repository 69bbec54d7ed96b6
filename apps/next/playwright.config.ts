import { type KindeCerbosOptions } from "@kinde-cerbos/testing/playwright";
import { defineConfig } from "@playwright/test";

export default defineConfig<object, KindeCerbosOptions>({
  testDir: "test/e2e",
  outputDir: "test-results/browser",
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  timeout: 30_000,
  use: { pdpOptions: { policies: "policies" } },
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
});
