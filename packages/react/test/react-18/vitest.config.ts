import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig, type Plugin } from "vitest/config";

import onReact19 from "../../vitest.config.ts";
import { loadsReact } from "./loads-react.ts";

/** Finds what loads React where this package has them, whoever imports them: then there is one React, and it is this one. */
const reactOfThisPackage: Plugin = {
  name: "react-of-this-package",
  enforce: "pre",
  resolveId(source) {
    if (!loadsReact(source)) return null;
    return this.resolve(source, fileURLToPath(new URL("package.json", import.meta.url)), { skipSelf: true });
  },
};

export default mergeConfig(
  onReact19,
  defineConfig({
    plugins: [reactOfThisPackage],
    root: fileURLToPath(new URL("../..", import.meta.url)),
    test: {
      provide: { react: "18.3" },
      // What React 18 has not: <Activity>, and server components.
      exclude: ["**/node_modules/**", "test/activity.test.tsx", "test/built-output.test.ts"],
      // The run on React 19 proves that the files do not need each other. This one is three times as fast.
      pool: "threads",
      isolate: false,
      outputFile: { json: fileURLToPath(new URL("test-results/vitest.json", import.meta.url)) },
    },
  }),
);
