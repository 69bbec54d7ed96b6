import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests import the package by its name, and get its source. The testing kit depends on this package, so it can be
    // no dependency of it.
    alias: {
      "@kinde-cerbos/react/internal": source("./src/internal.ts"),
      "@kinde-cerbos/react/source": source("./src/source.ts"),
      "@kinde-cerbos/react": source("./src/index.ts"),
      "@kinde-cerbos/testing": source("../testing/src/index.ts"),
    },
  },
  test: {
    environment: "jsdom",
    // Playwright runs those.
    exclude: ["**/node_modules/**", "test/e2e/**"],
    // Of what hangs. Those that play hours of clocks take seconds on a busy machine.
    testTimeout: 30_000,
    provide: { react: "19", reactQuery: "5.108" },
    setupFiles: ["../core/test/seed.ts", "../testing/src/vitest.ts", "test/setup.ts"],
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
  },
});
