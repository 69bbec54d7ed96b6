import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (file: string): string => fileURLToPath(new URL(`./src/${file}.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests and examples import the package by its name, and get its source.
    alias: {
      "@kinde-cerbos/server/node": source("node"),
      "@kinde-cerbos/server/redis": source("redis"),
      "@kinde-cerbos/server/vite": source("vite"),
      "@kinde-cerbos/server/policy-watcher": source("policy-watcher"),
      "@kinde-cerbos/server": source("index"),
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    // Files share what is loaded, which takes a quarter less time. At night, each has its own.
    isolate: process.env["OWN_PAGES"] !== undefined,
    // Each file waits for programs of its own most of the time.
    maxWorkers: 2,
    // Against a test that hangs, and no measure: real programs on a busy machine take their time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default", ["json", { outputFile: "test-results/vitest.json" }]],
  },
});
