import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ProgramError } from "../programs/program-error.ts";
import { type Plan } from "./plan.ts";

/** Writes the files that are new or changed. @throws ProgramError at the first that cannot be written */
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
      const before = written.length === 0 ? "Nothing was written." : `Written before it: ${written.join(", ")}.`;
      throw new ProgramError(`${path} cannot be written (${code}). ${before} Make room for it, and run init again.`);
    }
    written.push(path);
  }
}
