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

/** What Cerbos' traces say of each case: of each of its actions, by the action's name. */
export type Explanations = ReadonlyMap<string, ReadonlyMap<string, Trace>>;

/** What is no policy, and would only make it slower. */
const NOT_NEEDED = /_test\.\w+$|(?:^|\/)testdata(?:\/|$)/;

/**
 * Has Cerbos decide the cases once more, as a test of the policies, and tell how. It is Cerbos that explains, and not a
 * reading of the policies; but it is another run than the PDP's, so compare its decisions with those of the PDP.
 *
 * @param globals `engine.globals` of the PDP
 */
export async function explain(
  { folder }: PolicyFolder,
  cases: readonly SuiteCase[],
  globals: object,
): Promise<Explanations> {
  await using copy = await copyOf(folder, NOT_NEEDED);
  // Each action is a test of its own: see readTrace. Their names are numbers, as a person's name may be any text.
  const asked = cases.flatMap((one) => one.actions.map((action) => ({ one, action })));
  const single = asked.map(({ one, action }, at) => ({ ...one, name: String(at), actions: [action] }));
  const suite = testSuite(single, { name: "Explained", description: "", globals, now: new Date() });
  await writeFile(join(copy.folder, "explained_test.yaml"), suite);
  const mode = evaluationModes().at(-1) ?? [];
  const { report } = await cerbosCompile(copy.folder, [...mode, "--verbose"]);
  const policies = readPolicyFiles(copy.folder);
  const tests = listOf(fieldsOf(report)["suites"]).flatMap(({ testCases }) => listOf(testCases));
  const explanations = new Map(cases.map(({ name }) => [name, new Map<string, Trace>()]));
  for (const test of tests) {
    const { one, action } = asked[Number(test["name"])] ?? {};
    const batch = checksOf(test)[0]?.details["engineTraceBatch"];
    // Older Cerbos writes traces in another form.
    if (!one || action === undefined || batch === undefined) continue;
    explanations.get(one.name)?.set(action, readTrace(batch, action, { policies, principal: one.principal }));
  }
  return explanations;
}
