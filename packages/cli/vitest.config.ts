import { createRequire } from "node:module";

import { defineConfig } from "vitest/config";

// The doctor's tests are of what Cerbos 0.51 says.
const CERBOS_PATH = createRequire(new URL("../../apps/demo/package.json", import.meta.url)).resolve("cerbos-oldest");

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    maxWorkers: 2,
    env: { CERBOS_PATH },
    // Real PDPs are started, beside other suites.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
  },
});
