import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { evaluationModes } from "@kinde-cerbos/cli/internal";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { readPolicyFiles } from "../policy-files.ts";
import { cerbosCompile, listOf } from "./cerbos-compile.ts";
import { copyOf, type PolicyFolder } from "./policy-folder.ts";
import { checksOf } from "./policy-tests.ts";
import { type SuiteCase, testSuite } from "./test-suite.ts";
import { readTrace, type Trace } from "./trace.ts";

/** For each case, by its name: the trace of each of its actions, by the action's name. */
export type Explanations = ReadonlyMap<string, ReadonlyMap<string, Trace>>;

/** Files that are not policies, such as tests: Cerbos needs more time with them. */
const NOT_NEEDED = /_test\.\w+$|(?:^|\/)testdata(?:\/|$)/;

/**
 * Runs the cases as tests of the policies, and returns Cerbos' own trace of each decision. It is not the run of the PDP,
 * so compare its decisions with the PDP's.
 *
 * @param globals `engine.globals` of the PDP
 */
export async function explain(
  { folder }: PolicyFolder,
  cases: readonly SuiteCase[],
  globals: object,
): Promise<Explanations> {
  await using copy = await copyOf(folder, NOT_NEEDED);
  // Each action has its own test: see readTrace. Tests are named by number, because a person's name may be any text.
  const tested = cases.flatMap((one) => one.actions.map((action) => ({ one, action })));
  const single = tested.map(({ one, action }, at) => ({ ...one, name: String(at), actions: [action] }));
  const suite = testSuite(single, { name: "Explained", description: "", globals, now: new Date() });
  await writeFile(join(copy.folder, "explained_test.yaml"), suite);
  const mode = evaluationModes().at(-1) ?? [];
  const { report } = await cerbosCompile(copy.folder, [...mode, "--verbose"]);
  const policies = readPolicyFiles(copy.folder);
  const tests = listOf(fieldsOf(report)["suites"]).flatMap(({ testCases }) => listOf(testCases));
  const explanations = new Map(cases.map(({ name }) => [name, new Map<string, Trace>()]));
  for (const test of tests) {
    const { one, action } = tested[Number(test["name"])] ?? {};
    const batch = checksOf(test)[0]?.details["engineTraceBatch"];
    // Older Cerbos writes traces in another form.
    if (!one || action === undefined || batch === undefined) continue;
    explanations.get(one.name)?.set(action, readTrace(batch, action, { policies, principal: one.principal }));
  }
  return explanations;
}
