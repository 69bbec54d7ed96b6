import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Fields, fieldsOf } from "@kinde-cerbos/core/internal";
import { parse } from "yaml";

/** A Cerbos test file, and the test data that it shares with other files. */
export interface SuiteFile {
  readonly path: string;
  readonly suite: Fields;
  /** Returns the entry with this name: from the file itself, else from `testdata` beside it. */
  find(part: "principals" | "resources" | "auxData" | GroupPart, name: string): Fields;
}

type GroupPart = "principalGroups" | "resourceGroups";

const TEST = /_test\.(?:ya?ml|json)$/;

/** The names that Cerbos accepts for the files in `testdata`. */
const FILES = {
  principals: ["principals"],
  principalGroups: ["principals"],
  resources: ["resources"],
  resourceGroups: ["resources"],
  auxData: ["auxdata", "auxData", "aux_data"],
};

/**
 * Reads the test files in a folder of policies, sorted by path.
 *
 * @throws Error if the folder has none, or one cannot be parsed
 */
export function readSuiteFiles(folder: string): SuiteFile[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => TEST.test(path));
  if (paths.length === 0) throw new Error(`${folder} has no policy tests. Their file names end in _test.yaml.`);
  return paths.toSorted().map((path) => suiteFile(join(folder, path)));
}

function suiteFile(path: string): SuiteFile {
  const suite = read(path);
  const data = new Map<string, Fields>();
  const shared = (part: keyof typeof FILES): Fields => {
    const known = data.get(part) ?? readFirst(join(dirname(path), "testdata"), FILES[part]);
    data.set(part, known);
    return fieldsOf(known[part]);
  };
  return {
    path,
    suite,
    find(part, name) {
      const own = fieldsOf(suite[part]);
      const all = Object.hasOwn(own, name) ? own : shared(part);
      if (!Object.hasOwn(all, name)) {
        throw new Error(`${path} uses "${name}" in ${part}. Define it there or in testdata beside the file.`);
      }
      return fieldsOf(all[name]);
    },
  };
}

function readFirst(folder: string, names: readonly string[]): Fields {
  const paths = names.flatMap((name) => ["yaml", "yml", "json"].map((ending) => join(folder, `${name}.${ending}`)));
  const path = paths.find((one) => existsSync(one));
  return path === undefined ? {} : read(path);
}

function read(path: string): Fields {
  try {
    // Reads JSON too, which is valid YAML. Cerbos supports merge keys.
    return fieldsOf(parse(readFileSync(path, "utf8"), { merge: true }));
  } catch (error) {
    throw new Error(`${path} cannot be parsed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
