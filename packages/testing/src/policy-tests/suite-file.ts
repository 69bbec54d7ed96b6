import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Fields, fieldsOf } from "@kinde-cerbos/core/internal";
import { parse } from "yaml";

/** A test file of Cerbos, and the data that it shares with others. */
export interface SuiteFile {
  readonly path: string;
  readonly suite: Fields;
  /** What a name stands for: in the file itself, else in `testdata` beside it. */
  find(part: "principals" | "resources" | "auxData" | GroupPart, name: string): Fields;
}

type GroupPart = "principalGroups" | "resourceGroups";

const TEST = /_test\.(?:ya?ml|json)$/;

/** Cerbos' names of the files in `testdata`. */
const FILES = {
  principals: ["principals"],
  principalGroups: ["principals"],
  resources: ["resources"],
  resourceGroups: ["resources"],
  auxData: ["auxdata", "auxData", "aux_data"],
};

/**
 * Reads the test files of a folder of policies, sorted by path.
 *
 * @throws Error if there is none, or one cannot be parsed
 */
export function readSuiteFiles(folder: string): SuiteFile[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => TEST.test(path));
  if (paths.length === 0) throw new Error(`${folder} has no policy tests: files whose names end in _test.yaml.`);
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
        throw new Error(`${path} names "${name}" of ${part}, which is neither in it nor in testdata beside it.`);
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
    // JSON is YAML, and Cerbos reads merge keys.
    return fieldsOf(parse(readFileSync(path, "utf8"), { merge: true }));
  } catch (error) {
    throw new Error(`${path} cannot be parsed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
