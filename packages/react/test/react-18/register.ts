// Loaded into Node before a program, it gives it the React of this package.
import { registerHooks } from "node:module";

import { LOADS_REACT } from "./loads-react.ts";

registerHooks({
  resolve(specifier, context, nextResolve) {
    return nextResolve(specifier, LOADS_REACT.test(specifier) ? { ...context, parentURL: import.meta.url } : context);
  },
});
