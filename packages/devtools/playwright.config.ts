import { type KindeCerbosOptions } from "@kinde-cerbos/testing/playwright";
import { defineConfig } from "@playwright/test";

export default defineConfig<object, KindeCerbosOptions>({
  testDir: "test/e2e",
  // The pictures for the docs are taken on demand.
  testMatch: process.env["PICTURES"] ? "take-pictures.ts" : "*.spec.ts",
  outputDir: "test-results/browser",
  workers: 1,
  forbidOnly: Boolean(process.env["CI"]),
  // Axe takes its time if others need the processor, too.
  timeout: 90_000,
  use: { pdpOptions: { policies: "test/e2e/policies" } },
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
});
