import { statSync } from "node:fs";
import { join } from "node:path";
import { ProgramError } from "../programs/program-error.ts";

/**
 * Requires that a file can be at a path of the app.
 *
 * @throws ProgramError if a folder is there, or a file is in the place of a folder above it
 */
export function requirePlace(folder: string, path: string): void {
  const names = path.split("/");
  for (const index of names.keys()) {
    const part = names.slice(0, index + 1).join("/");
    const found = statSync(join(folder, part), { throwIfNoEntry: false });
    if (!found) return;
    const isFolder = index < names.length - 1;
    if (isFolder === found.isDirectory()) continue;
    const [is, needed] = isFolder ? ["not a folder", `writes ${path}`] : ["a folder", "writes a file there"];
    throw new ProgramError(`${part} is ${is}, and init ${needed}. Rename it, and run init again.`);
  }
}
