import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "test/e2e",
  outputDir: "test-results/browser",
  workers: 1,
  forbidOnly: Boolean(process.env["CI"]),
  // Only against what hangs: on a busy machine, everything takes its time.
  timeout: 90_000,
  reporter: [["list"]],
});
