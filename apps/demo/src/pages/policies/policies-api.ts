import { MAX_POLICY_LENGTH, TOO_LONG } from "../../../data/policy-text.ts";
import type { PolicyProblem } from "../../../server/playground/policy-problems.ts";
import type { PolicyTestRun } from "../../../server/playground/policy-tests.ts";
import { askPlayground } from "../../playground/playground-api.ts";

/** A file of the policies, in the list. */
export interface PolicyFile {
  readonly path: string;
  /** Whether it differs from the file in the repository. */
  readonly isChanged: boolean;
}

/** A file with its text. */
export interface PolicyText {
  readonly path: string;
  readonly text: string;
  /** The text in the repository. */
  readonly shipped: string;
}

interface Problems {
  readonly problems: readonly PolicyProblem[];
}

export async function listPolicies(): Promise<readonly PolicyFile[]> {
  return (await askPlayground<{ readonly files: readonly PolicyFile[] }>("GET", "policies")).body.files;
}

export async function readPolicy(path: string): Promise<PolicyText> {
  return (await askPlayground<PolicyText>("GET", at("file", path))).body;
}

/** Returns the problems that Cerbos finds in this text. */
export async function checkPolicy(path: string, text: string): Promise<readonly PolicyProblem[]> {
  if (text.length > MAX_POLICY_LENGTH) return [{ file: path, line: null, column: null, message: TOO_LONG }];
  return (await askPlayground<Problems>("POST", at("check", path), { body: { text } })).body.problems;
}

/**
 * Saves a text if Cerbos finds no problem in it, and if the file still has the text that the page has seen. The PDPs
 * decide by it then.
 */
export async function savePolicy(path: string, text: string, seen: string): Promise<readonly PolicyProblem[]> {
  if (text.length > MAX_POLICY_LENGTH) return checkPolicy(path, text);
  return (await askPlayground<Problems>("PUT", at("file", path), { body: { text, seen } }, [200, 422])).body.problems;
}

export async function testPolicies(): Promise<PolicyTestRun> {
  return (await askPlayground<PolicyTestRun>("POST", "policies/tests", {})).body;
}

/** Back to the files of the repository. */
export async function resetPolicies(): Promise<void> {
  await askPlayground("POST", "policies/reset", {});
}

function at(what: string, path: string): string {
  return `policies/${what}?path=${encodeURIComponent(path)}`;
}
