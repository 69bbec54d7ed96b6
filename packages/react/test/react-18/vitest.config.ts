import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig } from "vitest/config";
import onReact19 from "../../vitest.config.ts";
import { reactOfThisPackage } from "./react-of-this-package.ts";

/** What React 18 has not: `<Activity>`, and server components. */
const NOT_ON_18 = ["**/node_modules/**", "test/activity.test.tsx", "test/built-output.test.ts"];
/**
 * What needs modules as they are when a page is opened, or leaves others behind: they keep storage and timers, or what
 * the build is for.
 */
const BEGIN_ANEW = [
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

export default mergeConfig(
  onReact19,
  defineConfig({
    plugins: [reactOfThisPackage],
    root: fileURLToPath(new URL("../..", import.meta.url)),
    test: {
      provide: { react: "18.3", reactQuery: "5.85" },
      // The run on React 19 proves that the files do not need each other. Sharing one page is three times as fast.
      pool: "threads",
      projects: [
        { extends: true, test: { name: "one page", isolate: false, exclude: [...NOT_ON_18, ...BEGIN_ANEW] } },
        { extends: true, test: { name: "a page each", include: BEGIN_ANEW } },
      ],
      outputFile: { json: fileURLToPath(new URL("test-results/vitest.json", import.meta.url)) },
    },
  }),
);
