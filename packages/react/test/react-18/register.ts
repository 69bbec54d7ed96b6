// Loaded into Node before a program, it gives it the React of this package.
import { registerHooks } from "node:module";
import { loadsReact } from "./loads-react.ts";

registerHooks({
  resolve(specifier, context, nextResolve) {
    return nextResolve(specifier, loadsReact(specifier) ? { ...context, parentURL: import.meta.url } : context);
  },
});
