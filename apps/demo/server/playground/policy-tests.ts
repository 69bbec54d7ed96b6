import { evaluationModes } from "@kinde-cerbos/cli/internal";
import { type Fields, fieldsOf, textOf } from "@kinde-cerbos/core/internal";
import { cerbosCompile, listOf } from "./cerbos-compile.ts";
import { type PolicyProblem, problemsIn } from "./policy-problems.ts";

/** A check of a policy test with an unexpected result. */
interface TestFailure {
  readonly principal: string;
  readonly resource: string;
  readonly action: string;
  /** As Cerbos reports it, such as `EFFECT_ALLOW`. */
  readonly expected: string;
  readonly actual: string;
}

/** A test of a suite. */
interface PolicyTest {
  readonly file: string;
  readonly suite: string;
  readonly name: string;
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly TestFailure[];
}

/** The results of the policy tests. `problems` are the reasons why some or all could not run. */
export interface PolicyTestRun {
  readonly tests: readonly PolicyTest[];
  readonly problems: readonly PolicyProblem[];
}

/** Runs the policy tests in a folder. It uses strict evaluation if this Cerbos supports it, as the demo's PDPs do. */
export async function runTests(folder: string): Promise<PolicyTestRun> {
  const output = await cerbosCompile(folder, evaluationModes().at(-1) ?? []);
  const suites = listOf(fieldsOf(output.report)["suites"]);
  return { tests: suites.flatMap(testsOf), problems: problemsIn(output) };
}

function testsOf({ file, name, testCases }: Fields): PolicyTest[] {
  return listOf(testCases).map((testCase) => {
    const checks = checksOf(testCase);
    const results = checks.map(({ details }) => details["result"]);
    return {
      file: textOf(file),
      suite: textOf(name),
      name: textOf(testCase["name"]),
      passed: results.filter((result) => result === "RESULT_PASSED").length,
      skipped: results.filter((result) => result === "RESULT_SKIPPED").length,
      failures: checks.flatMap(failureOf),
    };
  });
}

/** One action of one principal on one resource. */
export interface TestCheck {
  readonly principal: string;
  readonly resource: string;
  readonly action: string;
  readonly details: Fields;
}

/** Returns the checks of a test case in a report of `cerbos compile`. */
export function checksOf({ principals }: Fields): TestCheck[] {
  return listOf(principals).flatMap(({ name: principal, resources }) =>
    listOf(resources).flatMap(({ name: resource, actions }) =>
      listOf(actions).map(({ name, details }) => ({
        principal: textOf(principal),
        resource: textOf(resource),
        action: textOf(name),
        details: fieldsOf(details),
      })),
    ),
  );
}

function failureOf({ details, ...check }: TestCheck): TestFailure[] {
  const { result, failure, error } = details;
  if (result === "RESULT_PASSED" || result === "RESULT_SKIPPED") return [];
  const { expected, actual } = fieldsOf(failure);
  return [{ ...check, expected: textOf(expected), actual: textOf(actual ?? error) }];
}
