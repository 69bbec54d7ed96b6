import { type Fields, fieldsOf, isName, textOf } from "@kinde-cerbos/core/internal";
import { cerbosCompile, type CompileOutput, listOf } from "./cerbos-compile.ts";

/** A problem that Cerbos found in a policy, schema or test. */
export interface PolicyProblem {
  /** The path of the file; empty if Cerbos does not report one. */
  readonly file: string;
  /** From 1; `null` if Cerbos does not report it. */
  readonly line: number | null;
  readonly column: number | null;
  /** Cerbos' message. */
  readonly message: string;
}

/** Loads test suites, but runs no test. */
const NO_SUITE = "--test-filter=suite=none of them";

/** Returns the problems that Cerbos finds in a folder of policies and tests; empty if there are none. */
export async function findProblems(folder: string): Promise<readonly PolicyProblem[]> {
  return problemsIn(await cerbosCompile(folder, [NO_SUITE]));
}

/** Returns the problems in a report of `cerbos compile`. */
export function problemsIn({ report, message }: CompileOutput): readonly PolicyProblem[] {
  // Some files make Cerbos crash, such as one that ends in a lone `---`.
  if (report === undefined) {
    return [{ file: "", line: null, column: null, message: `Cerbos stopped without a result: ${message}` }];
  }
  const { lintErrors, compileErrors, suites } = fieldsOf(report);
  const lint = Object.values(fieldsOf(lintErrors)).flatMap(listOf);
  const problems = [...lint, ...listOf(fieldsOf(compileErrors)["errors"])].map(problemOf);
  const all = [...problems, ...listOf(suites).flatMap(suiteProblem)];
  // Each suite that uses faulty test data reports the same problem.
  return [...new Map(all.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function problemOf(problem: Fields): PolicyProblem {
  const details = fieldsOf(problem["error_details"]);
  const { line, column } = fieldsOf(problem["position"] ?? details["position"]);
  const texts = [problem["description"], problem["desc"], details["message"], problem["error"]];
  return {
    file: textOf(problem["file"] ?? problem["importing_file"]),
    line: numberOf(line),
    column: numberOf(column),
    message: texts.find(isName) ?? duplicateOf(problem) ?? JSON.stringify(problem),
  };
}

function duplicateOf({ policy, other_file: other }: Fields): string | undefined {
  return isName(other) ? `${textOf(policy)} is in ${other}, too.` : undefined;
}

/**
 * Returns the problem of a suite that cannot be parsed. Its error ends with a line such as `2:10 unknown field "foo"`.
 */
function suiteProblem({ file, error }: Fields): PolicyProblem[] {
  if (!isName(error)) return [];
  const [, line, column] = /^(\d+):(\d+) /m.exec(error) ?? [];
  // Test data is in separate files.
  const [, folder, data] = /^failed to load test fixtures from (\S+): failed to load (\w+)/.exec(error) ?? [];
  return [
    {
      file: folder === undefined ? textOf(file) : `${folder}/${textOf(data).toLowerCase()}.yaml`,
      line: line === undefined ? null : Number(line),
      column: column === undefined ? null : Number(column),
      message: error.replaceAll(/\s+/g, " "),
    },
  ];
}

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);
