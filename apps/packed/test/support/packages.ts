import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this repository. */
export const repository = fileURLToPath(new URL("../../../..", import.meta.url));

/** What is read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A package that is published. */
export interface Package {
  /** Its folder in this repository. */
  readonly folder: string;
  /** The name of that folder. */
  readonly directory: string;
  readonly manifest: Manifest;
}

/** Each package that is published. */
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

/** What code can import of a package, such as `@kinde-cerbos/core/fetch-pdp`. Files of data are not among it. */
export function entriesOf({ name, exports }: Manifest): string[] {
  return Object.entries(exports)
    .filter(([, target]) => typeof target === "object")
    .map(([path]) => name + path.slice(1));
}
