import { defineConfig } from "vitest/config";
import { reactOfThisPackage } from "../react/test/react-18/react-of-this-package.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The version of React that the tests run on. */
    react: string;
  }
}

export default defineConfig({
  test: {
    environment: "jsdom",
    // Files share what is loaded, which halves the time. At night, each has its own.
    isolate: process.env["OWN_PAGES"] !== undefined,
    // For a test that hangs.
    testTimeout: 30_000,
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
    projects: [
      {
        extends: true,
        // Files named *.spec.ts are browser tests, which Playwright runs.
        test: { name: "React 19", include: ["test/**/*.test.{ts,tsx}"], provide: { react: "19." } },
      },
      {
        extends: true,
        plugins: [reactOfThisPackage],
        // Tests that read React's internal tree.
        test: { name: "React 18", include: ["test/page/**/*.test.tsx"], provide: { react: "18.3." } },
      },
    ],
  },
});
