import { defineConfig } from "@playwright/test";

/** The tests that are left out: see test/e2e/fixtures.ts. */
const left = { "": /@nightly|@each-clock/, "each-clock": /@nightly/, all: null }[process.env["DEMO_NIGHTLY"] ?? ""];
if (left === undefined) throw new Error("DEMO_NIGHTLY must be each-clock or all.");

export default defineConfig({
  testDir: "test/e2e",
  outputDir: "test-results/browser",
  // One stack serves all tests, and some of them stop its PDP.
  workers: 1,
  retries: 0,
  ...(left && { grepInvert: left }),
  forbidOnly: Boolean(process.env["CI"]),
  // Only against what hangs: on a busy machine, everything takes its time.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
});
