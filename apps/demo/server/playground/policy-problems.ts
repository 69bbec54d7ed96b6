import { type Fields, fieldsOf, isName, textOf } from "@kinde-cerbos/core/internal";
import { cerbosCompile, type CompileOutput, listOf } from "./cerbos-compile.ts";

/** Why Cerbos does not take a policy, a schema or a test. */
export interface PolicyProblem {
  /** The path of the file; empty if Cerbos names none. */
  readonly file: string;
  /** From 1; `null` if Cerbos does not say where. */
  readonly line: number | null;
  readonly column: number | null;
  /** In Cerbos' own words. */
  readonly message: string;
}

/** Test suites are loaded, and none is run. */
const NO_SUITE = "--test-filter=suite=none of them";

/** What Cerbos says against a folder of policies and the tests in it. Empty if it takes them. */
export async function findProblems(folder: string): Promise<readonly PolicyProblem[]> {
  return problemsIn(await cerbosCompile(folder, [NO_SUITE]));
}

/** The problems that a report of `cerbos compile` tells of. */
export function problemsIn({ report, message }: CompileOutput): readonly PolicyProblem[] {
  // Some files make it crash, such as one that ends in a lone `---`.
  if (report === undefined) {
    return [{ file: "", line: null, column: null, message: `Cerbos ended without a result: ${message}` }];
  }
  const { lintErrors, compileErrors, suites } = fieldsOf(report);
  const lint = Object.values(fieldsOf(lintErrors)).flatMap(listOf);
  const problems = [...lint, ...listOf(fieldsOf(compileErrors)["errors"])].map(problemOf);
  const all = [...problems, ...listOf(suites).flatMap(suiteProblem)];
  // Each suite that uses data says what is wrong with it.
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

/** A suite that cannot be read: its error ends with a line such as `2:10 unknown field "foo"`. */
function suiteProblem({ file, error }: Fields): PolicyProblem[] {
  if (!isName(error)) return [];
  const [, line, column] = /^(\d+):(\d+) /m.exec(error) ?? [];
  // The data of tests is in files of its own.
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
