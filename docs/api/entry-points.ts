import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const repository = fileURLToPath(new URL("../..", import.meta.url));

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
  const packages = globSync("packages/*/package.json", { cwd: repository }).toSorted();
  return packages.flatMap((manifest) => {
    const folder = join(repository, manifest, "..");
    const { name, exports = {} } = JSON.parse(readFileSync(join(repository, manifest), "utf8"));
    return Object.entries<{ types?: string }>(exports).flatMap(([path, { types }]) => {
      if (types === undefined || path === "./internal") return [];
      const specifier = join(name, path);
      return {
        specifier,
        folder: specifier.replace("@kinde-cerbos/", ""),
        source: sourceOf(folder, path === "." ? "index" : path.slice(2)),
        declarations: join(folder, types),
      };
    });
  });
}

function sourceOf(folder: string, name: string): string {
  const [source] = globSync([`src/${name}.{ts,tsx}`, `src/*/${name}.{ts,tsx}`], { cwd: folder });
  if (source === undefined) throw new Error(`${folder} exports ${name}, and no file of src has that name`);
  return join(folder, source);
}
