// Loaded into Node before a program, it does what a framework's bundler does for server components: of a module
// that begins with "use client" they get its names, as references that only the browser can follow.
import { registerHooks } from "node:module";

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const source =
      typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source ?? undefined);
    if (!/^\s*["']use client["']/.test(source)) return loaded;
    const names = [...source.matchAll(/^export\s*\{([^}]*)\}/gm)]
      .flatMap(([, list = ""]) => list.split(","))
      .map((name) =>
        name
          .trim()
          .split(/\s+as\s+/)
          .at(-1),
      );
    const references = names.map(
      (name) =>
        `export const ${name} = Object.assign(() => { throw new Error("${name} is for the browser"); }, { ` +
        `$$typeof: Symbol.for("react.client.reference") });`,
    );
    return { format: "module", shortCircuit: true, source: references.join("\n") };
  },
});
