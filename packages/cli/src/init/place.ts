import { statSync } from "node:fs";
import { join } from "node:path";
import { ProgramError } from "../programs/program-error.ts";

/**
 * Requires that a file can be written to a path of the app.
 *
 * @throws ProgramError if the path is a folder, or one of the folders above it is a file
 */
export function requirePlace(folder: string, path: string): void {
  const names = path.split("/");
  for (const index of names.keys()) {
    const part = names.slice(0, index + 1).join("/");
    const found = statSync(join(folder, part), { throwIfNoEntry: false });
    if (!found) return;
    const isFolder = index < names.length - 1;
    if (isFolder === found.isDirectory()) continue;
    const [is, needed] = isFolder ? ["not a folder", `needs to write ${path}`] : ["a folder", "needs a file there"];
    throw new ProgramError(`${part} is ${is}, but init ${needed}. Rename it, and run init again.`);
  }
}
