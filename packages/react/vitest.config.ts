import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig, type TestProjectConfiguration, type ViteUserConfig } from "vitest/config";

/**
 * Test files that need fresh modules, or leave timers and storage behind. All other files share one page in `test`,
 * which is three times as fast. `test:all` gives each file its own page, which proves that no file needs another.
 */
const OWN_PAGE = [
  "development.test.tsx",
  "kinde-provider.test.tsx",
  "live.test.tsx",
  "newest-source.test.tsx",
  "refresh-kinde.test.ts",
  "renew-kinde.test.tsx",
  "switch-org.test.tsx",
  "use-claims-hint.test.tsx",
  "use-other-tabs.test.tsx",
  "use-session-end.test.tsx",
  "use-switch-org.test.tsx",
  "use-token-session.test.tsx",
].map((file) => `test/**/${file}`);

/** The two groups of test files, without those that are excluded. */
export function pageGroups(excluded: readonly string[]): TestProjectConfiguration[] {
  // Playwright runs test/e2e.
  const exclude = ["**/node_modules/**", "test/e2e/**", ...excluded];
  return [
    {
      extends: true,
      test: { name: "one page", isolate: process.env["OWN_PAGES"] !== undefined, exclude: [...exclude, ...OWN_PAGE] },
    },
    { extends: true, test: { name: "a page each", include: OWN_PAGE, exclude } },
  ];
}

const source = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** All settings except the groups of test files. */
export const base: ViteUserConfig = defineConfig({
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
    pool: "threads",
    // Of what hangs. Those that play hours of clocks take seconds on a busy machine.
    testTimeout: 30_000,
    provide: { react: "19", reactQuery: "5.108" },
    setupFiles: ["../core/test/seed.ts", "../testing/src/vitest.ts", "test/setup.ts"],
    reporters: ["default", "json"],
    outputFile: { json: "test-results/vitest.json" },
  },
});

export default mergeConfig(base, { test: { projects: pageGroups([]) } });
