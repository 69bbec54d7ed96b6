import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this repository. */
export const repository = fileURLToPath(new URL("..", import.meta.url));

/** The fields of a package.json that tests and the API reference read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** By path: code with its types, or a file of data. */
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly packageManager?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A package that npm publishes. */
export interface Package {
  /** Absolute path of its folder. */
  readonly folder: string;
  /** The name of that folder, such as `core`. */
  readonly directory: string;
  readonly manifest: Manifest;
}

/** The packages that npm publishes. */
export const packages: readonly Package[] = globSync("packages/*/package.json", { cwd: repository })
  .toSorted()
  .map((path) => ({
    folder: join(repository, dirname(path)),
    directory: basename(dirname(path)),
    manifest: readManifest(join(repository, path)),
  }));

/** Reads a package.json. */
export function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** The specifiers that code can import from a package, such as `@kinde-cerbos/core/fetch-pdp`, without data files. */
export function entriesOf({ name, exports }: Manifest): string[] {
  return Object.entries(exports)
    .filter(([, target]) => typeof target === "object")
    .map(([path]) => name + path.slice(1));
}
