import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    // Tests import the package by its name, and get its source.
    alias: {
      "@kinde-cerbos/react/internal": fileURLToPath(new URL("./src/internal.ts", import.meta.url)),
      "@kinde-cerbos/react/source": fileURLToPath(new URL("./src/source.ts", import.meta.url)),
      "@kinde-cerbos/react": fileURLToPath(new URL("./src/index.ts", import.meta.url)),
    },
  },
  test: {
    environment: "jsdom",
    // Of what hangs. Those that play hours of clocks take seconds on a busy machine.
    testTimeout: 30_000,
    provide: { react: "19", reactQuery: "5.108" },
    setupFiles: ["../core/test/seed.ts", "test/setup.ts"],
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
  },
});
