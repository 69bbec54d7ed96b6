import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig } from "vitest/config";
import { base, pageGroups } from "../../vitest.config.ts";
import { reactOfThisPackage } from "./react-of-this-package.ts";

/** What React 18 has not: `<Activity>`, and server components. */
const NOT_ON_18 = ["test/activity.test.tsx", "test/built-output.test.ts"];

/** What `test` leaves to `test:all`, because it depends less on the versions of React and react-query. */
const NIGHTLY =
  process.env["OWN_PAGES"] === undefined
    ? [
        "test/{live,session,sources}/**",
        "test/**/*-switch*.test.tsx",
        "test/**/switch-*.test.tsx",
        "test/token-in-react.test.tsx",
        "test/hooks/{ensure-can,kinde-gate,use-authorizer,use-plan}.test.tsx",
      ]
    : [];

export default mergeConfig(
  base,
  defineConfig({
    plugins: [reactOfThisPackage],
    root: fileURLToPath(new URL("../..", import.meta.url)),
    test: {
      provide: { react: "18.3", reactQuery: "5.85" },
      projects: pageGroups([...NOT_ON_18, ...NIGHTLY]),
      outputFile: { json: fileURLToPath(new URL("test-results/vitest.json", import.meta.url)) },
    },
  }),
);
