import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseSource } from "./parse-source.ts";
import { type SourceNode } from "./source-node.ts";

/** What Cerbos does not read as policies: tests and their data, schemas, and what is hidden. */
const SKIPPED = /^\.|^testdata$|^_schemas$|_test\.[^.]+$/;

const POLICY = /\.(?:ya?ml|json)$/i;

/**
 * The policies of a folder: every document of every file, sorted by file. Those that are disabled are left out.
 *
 * @throws InputError where a file cannot be parsed, with file, line and column
 */
export async function readPolicies(folder: string): Promise<SourceNode[]> {
  const files = await policyFiles(folder, "");
  const policies = await Promise.all(
    files.map(async (file) => parseSource(file, await readFile(join(folder, file), "utf8"))),
  );
  return policies.flat().filter((policy) => policy.field("disabled").value !== true);
}

/** Paths below the folder, with slashes. */
async function policyFiles(folder: string, below: string): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter(({ name }) => !SKIPPED.test(name))
      .map(async (entry) => {
        const path = below ? `${below}/${entry.name}` : entry.name;
        if (entry.isDirectory()) return policyFiles(folder, path);
        return POLICY.test(entry.name) ? [path] : [];
      }),
  );
  return files.flat().toSorted();
}
