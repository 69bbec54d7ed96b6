import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../public-packages.ts";

/** The absolute path of a file of the repository. */
export function pathOf(path: string): string {
  return join(repository, path);
}

/** The paths of the files in a folder of the repository. */
export function filesIn(folder: string): string[] {
  return globSync(`${folder}/*.*`, { cwd: repository }).toSorted();
}

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(pathOf(path), "utf8");
}
