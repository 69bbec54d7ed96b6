import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (file: string): string => fileURLToPath(new URL(`./src/${file}`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests import the package by its name and get its source.
    alias: {
      "@kinde-cerbos/testing/vitest": source("vitest.ts"),
      "@kinde-cerbos/testing/msw": source("msw.ts"),
      "@kinde-cerbos/testing/node": source("node.ts"),
      "@kinde-cerbos/testing/storybook": source("storybook.tsx"),
      "@kinde-cerbos/testing": source("index.ts"),
    },
  },
  test: {
    // Files named *.spec.ts are browser tests, which Playwright runs.
    include: ["test/**/*.test.{ts,tsx}"],
    environment: "jsdom",
    // Files share what is loaded, which halves the time. At night, each has its own.
    isolate: process.env["OWN_PAGES"] !== undefined,
    // For a test that hangs.
    testTimeout: 30_000,
    setupFiles: ["src/vitest.ts", "test/setup.ts"],
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
  },
});
