import { fileURLToPath } from "node:url";
import { type Plugin } from "vitest/config";
import { loadsReact } from "./loads-react.ts";

/**
 * Finds what loads React where this package has them, whoever imports them: then there is one React, and it is this
 * one.
 */
export const reactOfThisPackage: Plugin = {
  name: "react-of-this-package",
  enforce: "pre",
  resolveId(source) {
    if (!loadsReact(source)) return null;
    return this.resolve(source, fileURLToPath(new URL("package.json", import.meta.url)), { skipSelf: true });
  },
};
