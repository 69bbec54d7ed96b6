import { globSync } from "node:fs";
import { join } from "node:path";
import { packages } from "../../.ci/public-packages.ts";

/** What an app can import from a public package. */
export interface EntryPoint {
  /** As an import names it: `@kinde-cerbos/core/fetch-pdp`. */
  readonly specifier: string;
  /** The folder of its pages below `reference/api`: `core/fetch-pdp`. */
  readonly folder: string;
  /** Absolute path of its source. */
  readonly source: string;
  /** Absolute path of the declarations that its package publishes. */
  readonly declarations: string;
}

/** Every entry point with types of every package, except those that only our own packages import. */
export function readEntryPoints(): EntryPoint[] {
  return packages.flatMap(({ folder, manifest: { name, exports } }) =>
    Object.entries(exports).flatMap(([path, target]) => {
      if (typeof target === "string" || path === "./internal") return [];
      const specifier = join(name, path);
      return {
        specifier,
        folder: specifier.replace("@kinde-cerbos/", ""),
        source: sourceOf(folder, path === "." ? "index" : path.slice(2)),
        declarations: join(folder, target.types),
      };
    }),
  );
}

function sourceOf(folder: string, name: string): string {
  const [source] = globSync([`src/${name}.{ts,tsx}`, `src/*/${name}.{ts,tsx}`], { cwd: folder });
  if (source === undefined) throw new Error(`${folder} exports ${name}, and no file of src has that name`);
  return join(folder, source);
}
