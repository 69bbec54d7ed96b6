import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "./input-error.ts";
import { parseSource } from "./parse-source.ts";
import { type SourceNode } from "./source-node.ts";

/** A folder of policies. */
export interface PolicyFolder {
  readonly path: string;
  /** The path as typed, for messages. */
  readonly name: string;
}

/** What Cerbos does not read as policies: test data, schemas, and hidden files. */
const SKIPPED = /^\.|^testdata$|^_schemas$/;

const TEST = /_test\.[^.]+$/;

const POLICY = /\.(?:ya?ml|json)$/i;

/**
 * Reads the policies of a folder: every document of every file, sorted by file. Disabled policies are left out.
 *
 * @throws InputError if a file cannot be read or parsed, with file, line and column
 */
export async function readPolicies({ path, name }: PolicyFolder): Promise<SourceNode[]> {
  const files = await policyFiles(path, "");
  const policies = await Promise.all(
    files.map(async (file) => {
      const shown = join(name, file);
      const text = await readFile(join(path, file), "utf8").catch((error: NodeJS.ErrnoException) => {
        throw new InputError(`${shown} cannot be read (${error.code}).`);
      });
      return parseSource(shown, text);
    }),
  );
  return policies.flat().filter((policy) => policy.field("disabled").value !== true);
}

/** Returns the paths of policy files below the folder, with slashes. */
async function policyFiles(folder: string, below: string): Promise<string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  const files = await Promise.all(
    entries
      .filter((entry) => !SKIPPED.test(entry.name) && (entry.isDirectory() || !TEST.test(entry.name)))
      .map(async (entry) => {
        const path = below ? `${below}/${entry.name}` : entry.name;
        if (entry.isDirectory()) return policyFiles(folder, path);
        return POLICY.test(entry.name) ? [path] : [];
      }),
  );
  return files.flat().toSorted();
}
