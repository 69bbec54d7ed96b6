import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (file: string): string => fileURLToPath(new URL(`./src/${file}.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests import the package by its name, and get its source.
    alias: { "@kinde-cerbos/next/client": source("client"), "@kinde-cerbos/next": source("index") },
  },
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/setup.ts"],
    // Against a test that hangs, and no measure: real programs on a busy machine take their time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Kinde's SDK imports "next/headers", which is a file of Next for bundlers, and none for Node.
    server: { deps: { inline: [/kinde-auth-nextjs/] } },
    reporters: ["default", ["json", { outputFile: "test-results/vitest.json" }]],
  },
});
