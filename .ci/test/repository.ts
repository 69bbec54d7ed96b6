import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of the repository. */
const REPOSITORY = join(import.meta.dirname, "../..");

/** What these tests read of a package.json. */
export interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  packageManager?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** Where a file of the repository is on this machine. */
export function pathOf(path: string): string {
  return join(REPOSITORY, path);
}

/** The paths of the files in a folder of the repository. */
export function filesIn(folder: string): string[] {
  return globSync(`${folder}/*.*`, { cwd: REPOSITORY }).toSorted();
}

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(pathOf(path), "utf8");
}

/** The package.json of a folder of the repository. */
export function manifestOf(folder: string): Manifest {
  return JSON.parse(read(join(folder, "package.json")));
}

/** The folders of the packages that are published, such as `packages/core`. */
export function publicPackages(): string[] {
  const folders = globSync("packages/*", { cwd: REPOSITORY }).toSorted();
  return folders.filter((folder) => manifestOf(folder).private !== true);
}
