import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "test/registry",
  outputDir: "test-results/browser",
  workers: 1,
  forbidOnly: Boolean(process.env["CI"]),
  // Each test installs an app from the registry.
  timeout: 300_000,
  reporter: [["list"]],
});
