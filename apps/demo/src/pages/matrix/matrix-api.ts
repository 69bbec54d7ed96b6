import type { DocumentResource } from "../../../data/document.ts";
import type { Answer } from "../../../server/playground/decisions-api.ts";
import type { Membership } from "../../../server/playground/people.ts";
import { askPlayground } from "../../playground/playground-api.ts";
import { decidingRules } from "../../playground/why-text.ts";

/** What one person may do in one of their organizations. */
export interface Member extends Membership {
  readonly answers: readonly Answer[];
}

/** What everybody may do with a resource. */
export interface Matrix {
  readonly members: readonly Member[];
  /** A test suite for `cerbos compile` that expects it. */
  readonly tests: string;
}

/** Asks the PDP for everybody. */
export async function askMatrix(
  resource: DocumentResource,
  actions: readonly string[],
  signal: AbortSignal,
): Promise<Matrix> {
  return (await askPlayground<Matrix>("POST", "matrix", { body: { resource, actions }, signal })).body;
}

/** The matrix for a spreadsheet. */
export function csvOf({ members }: Matrix): string {
  const rows = members.flatMap(({ person, organization, answers }) =>
    answers.map(({ action, allowed, why }) => {
      const [rule] = why ? decidingRules(why) : [];
      return [person.name, organization.name, action, allowed ? "allowed" : "denied", rule?.name ?? ""];
    }),
  );
  const lines = [["Person", "Organization", "Action", "Decision", "Rule"], ...rows];
  return lines.map((cells) => `${cells.map(cellOf).join(",")}\r\n`).join("");
}

/** A spreadsheet would take a text that begins like this for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

function cellOf(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
