import { defineConfig } from "@playwright/test";
import { type SampleOptions } from "./test/e2e/sample.ts";

export default defineConfig<object, SampleOptions>({
  testDir: "test/e2e",
  outputDir: "test-results/browser",
  workers: 1,
  forbidOnly: Boolean(process.env["CI"]),
  // Only against what hangs: on a busy machine, everything takes its time.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
  projects: [
    {
      name: "react-router",
      testIgnore: "expo.spec.ts",
      use: { program: ["../node_modules/@react-router/serve/bin.cjs", "dist/server/index.js"] },
    },
    {
      name: "tanstack-start",
      testIgnore: "expo.spec.ts",
      use: { program: ["../node_modules/srvx/bin/srvx.mjs", "--prod", "--static=../client", "dist/server/server.js"] },
    },
    { name: "expo", testMatch: "expo.spec.ts" },
  ],
});
