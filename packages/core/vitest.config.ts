import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    // Tests import the package by its name, and get its source.
    alias: {
      "@kinde-cerbos/core/fetch-pdp": fileURLToPath(new URL("./src/pdp/fetch-pdp.ts", import.meta.url)),
      "@kinde-cerbos/core": fileURLToPath(new URL("./src/index.ts", import.meta.url)),
    },
  },
  test: {
    // For a test that hangs.
    testTimeout: 30_000,
    // Files share what is loaded, which halves the time. At night, each has its own.
    isolate: process.env["OWN_PAGES"] !== undefined,
    setupFiles: ["test/seed.ts"],
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
  },
});
