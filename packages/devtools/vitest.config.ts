import { defineConfig } from "vitest/config";
import { reactOfThisPackage } from "../react/test/react-18/react-of-this-package.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Which React the tests run on. */
    react: string;
  }
}

export default defineConfig({
  test: {
    environment: "jsdom",
    // Of what hangs.
    testTimeout: 30_000,
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
    projects: [
      {
        extends: true,
        // Those of a browser are Playwright's: *.spec.ts.
        test: { name: "React 19", include: ["test/**/*.test.{ts,tsx}"], provide: { react: "19." } },
      },
      {
        extends: true,
        plugins: [reactOfThisPackage],
        // What reads React's own tree.
        test: { name: "React 18", include: ["test/page/**/*.test.tsx"], provide: { react: "18.3." } },
      },
    ],
  },
});
