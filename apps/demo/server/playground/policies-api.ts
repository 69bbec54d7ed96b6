import { MAX_POLICY_LENGTH, TOO_LONG } from "../../data/policy-text.ts";
import { InvalidRequest } from "../invalid-request.ts";
import { json } from "../json-answer.ts";
import { inTurn } from "./in-turn.ts";
import { type PdpAdminOptions, reloadPdps } from "./pdp-admin.ts";
import { Outdated, type PolicyFolder } from "./policy-folder.ts";
import { findProblems, type PolicyProblem } from "./policy-problems.ts";
import { runTests } from "./policy-tests.ts";
import { type Routes } from "./routes.ts";

/** Options of {@link createPolicies}. */
export interface PoliciesOptions extends Omit<PdpAdminOptions, "folder"> {
  /** Called when the PDPs decide by other policies. */
  readonly onPoliciesChanged?: (() => void) | undefined;
}

/** The policies of the demo's PDPs, which can be changed while these run. */
export interface Policies {
  /**
   * Saves a text if Cerbos finds no problem in it, and waits until the PDPs decide by it. Otherwise nothing changes.
   *
   * @param seen the file's text as the page has seen it; left out, any text is replaced
   * @returns the problems that Cerbos found; empty if the text is saved
   * @throws InvalidRequest for an unknown file; Outdated if its text is not `seen`; NotLoaded if a PDP does not follow
   */
  save(path: string, text: string, seen?: string): Promise<readonly PolicyProblem[]>;
  readonly routes: Routes;
}

/**
 * The policies, and their API:
 *
 * | request | answer |
 * | --- | --- |
 * | `GET policies` | `{ files }`: each with its path, and whether it differs from the repository's |
 * | `GET policies/file?path=…` | `{ path, text, shipped }` |
 * | `PUT policies/file?path=…` with `{ text, seen }` | 200; 409 if the file is not as `seen`, or 422 with `{ problems }`: then nothing has changed |
 * | `POST policies/check?path=…` with `{ text }` | `{ problems }` that saving would have |
 * | `POST policies/tests` | the policy tests, each with its failures |
 * | `POST policies/reset` | the repository's files again |
 */
export function createPolicies(folder: PolicyFolder, { onPoliciesChanged, ...admin }: PoliciesOptions): Policies {
  // One at a time: a check needs the current files, and Cerbos takes a processor for each.
  const turn = inTurn();

  /** The last check, because an editor checks a text before it saves it. */
  let last: { readonly key: string; readonly problems: readonly PolicyProblem[] } | undefined;

  const problemsWith = async (path: string, text: string): Promise<readonly PolicyProblem[]> => {
    const key = JSON.stringify([path, text]);
    if (last?.key === key) return last.problems;
    await using copy = await folder.copyWith(path, text);
    const problems = await findProblems(copy.folder);
    last = { key, problems };
    return problems;
  };
  const apply = async (change: () => Promise<void>): Promise<void> => {
    await change();
    last = undefined;
    await reloadPdps({ ...admin, folder: folder.folder });
    onPoliciesChanged?.();
  };
  const save = (path: string, text: string, seen?: string): Promise<readonly PolicyProblem[]> =>
    turn(async () => {
      if (seen !== undefined && (await folder.read(path)).text !== seen) throw new Outdated();
      const problems = await problemsWith(path, text);
      if (problems.length === 0) await apply(() => folder.write(path, text));
      return problems;
    });

  return {
    save,
    routes: {
      "GET policies": async () => {
        const files = folder.files.map(async (path) => {
          const { text, shipped } = await folder.read(path);
          return { path, isChanged: text !== shipped };
        });
        return json(200, { files: await Promise.all(files) });
      },
      "GET policies/file": async ({ query }) => {
        const path = pathIn(query);
        return json(200, { path, ...(await folder.read(path)) });
      },
      "PUT policies/file": async ({ query, body }) => {
        const { text, seen } = await body();
        const problems = await save(
          pathIn(query),
          textIn({ text }),
          seen === undefined ? seen : textIn({ text: seen }),
        );
        return json(problems.length === 0 ? 200 : 422, { problems });
      },
      "POST policies/check": async ({ query, body }) => {
        const [path, text] = [pathIn(query), textIn(await body())];
        return json(200, { problems: await turn(() => problemsWith(path, text)) });
      },
      "POST policies/tests": async () => json(200, await turn(() => runTests(folder.folder))),
      "POST policies/reset": async () => {
        await turn(() => apply(() => folder.reset()));
        return json(200, {});
      },
    },
  };
}

function pathIn(query: URLSearchParams): string {
  return query.get("path") ?? "";
}

function textIn({ text }: { readonly [field: string]: unknown }): string {
  if (typeof text !== "string") throw new InvalidRequest('Send { "text": … }.');
  if (text.length > MAX_POLICY_LENGTH) throw new InvalidRequest(TOO_LONG);
  return text;
}
