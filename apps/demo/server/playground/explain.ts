import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { evaluationModes } from "@kinde-cerbos/cli/internal";
import { fieldsOf, textOf } from "@kinde-cerbos/core/internal";
import { cerbosCompile, listOf } from "./cerbos-compile.ts";
import { copyOf, type PolicyFolder } from "./policy-folder.ts";
import { readPlaces } from "./policy-places.ts";
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
  const suite = testSuite(cases, { name: "Explained", description: "", globals, now: new Date() });
  await writeFile(join(copy.folder, "explained_test.yaml"), suite);
  const mode = evaluationModes().at(-1) ?? [];
  const { report } = await cerbosCompile(copy.folder, [...mode, "--verbose"]);
  const places = readPlaces(copy.folder);
  const tests = listOf(fieldsOf(report)["suites"]).flatMap(({ testCases }) => listOf(testCases));
  return new Map(
    tests.map((test) => [
      textOf(test["name"]),
      new Map(
        checksOf(test).flatMap(({ action, details }) => {
          const batch = details["engineTraceBatch"];
          // Older Cerbos writes traces in another form.
          return batch === undefined ? [] : [[action, readTrace(batch, action, places)] as const];
        }),
      ),
    ]),
  );
}
