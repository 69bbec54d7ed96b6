import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ProgramError } from "../programs/program-error.ts";
import { type Plan } from "./plan.ts";

/** Writes the new and changed files. @throws ProgramError at the first one that cannot be written */
export async function writePlan({ files }: Plan, folder: string): Promise<void> {
  const written: string[] = [];
  for (const { path, text, state } of files) {
    if (state !== "new" && state !== "changed") continue;
    const file = join(folder, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
      const before = written.length === 0 ? "Nothing was written." : `Already written: ${written.join(", ")}.`;
      throw new ProgramError(`${path} cannot be written (${code}). ${before} Fix this, and run init again.`);
    }
    written.push(path);
  }
}
