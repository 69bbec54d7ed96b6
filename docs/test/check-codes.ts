import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../.ci/public-packages.ts";

/** Where the codes of a union are documented. */
interface Documented {
  readonly union: string;
  readonly source: string;
  readonly page: string;
  /** A heading of the second level. Tables below it have the codes. */
  readonly section: string;
  /** The column that has them. */
  readonly column: string;
}

/** A test of the server compares docs/guides/gateway.md with `RefusalReason`, and with the status of each reason. */
const DOCUMENTED: readonly Documented[] = [
  {
    union: "AuthzErrorCode",
    source: "packages/core/src/base/errors.ts",
    page: "docs/reference/errors.md",
    section: "Codes",
    column: "code",
  },
  {
    union: "LocalKindeErrorCode",
    source: "packages/local-kinde/src/errors.ts",
    page: "docs/reference/errors.md",
    section: "Local Kinde",
    column: "code",
  },
  {
    union: "RefusalReason",
    source: "packages/server/src/refusal.ts",
    page: "docs/troubleshooting.md",
    section: "Requests that fail",
    column: "reason",
  },
];

/** The problems of each section: codes of its union that no table has, and codes in a table that the union lacks. */
export const checkCodes = (): string[][] => DOCUMENTED.map(problemsOf);

function problemsOf({ union, source, page, section, column }: Documented): string[] {
  const codes = membersOf(union, readFileSync(join(repository, source), "utf8"));
  const documented = codesIn(readFileSync(join(repository, page), "utf8"), section, column);
  if (codes.size === 0) return [`${source}: there is no union ${union} that this check can read.`];
  const missing = [...codes].filter((code) => !documented.has(code));
  const unknown = [...documented].filter((code) => !codes.has(code));
  return [
    ...missing.map((code) => `${page}: no table of "${section}" has ${code} of ${union}.`),
    ...unknown.map((code) => `${page}: "${section}" has ${code}, which is not in ${union}.`),
  ];
}

function membersOf(union: string, source: string): Set<string> {
  const [, members = ""] = new RegExp(`export type ${union} =([^;]+);`).exec(source) ?? [];
  return new Set([...members.matchAll(/"(\w+)"/g)].map(([, code = ""]) => code));
}

/** The codes in this column of a section's tables. */
function codesIn(page: string, section: string, column: string): Set<string> {
  const text = page.split(/^## /m).find((each) => each.startsWith(`${section}\n`)) ?? "";
  const tables = text.matchAll(/^(\|.*)\n\|[-| ]+\n((?:\|.*\n)+)/gm);
  const cells = [...tables].flatMap(([, head = "", rows = ""]) => {
    const index = cellsOf(head).indexOf(column);
    return rows.split("\n").map((row) => cellsOf(row)[index] ?? "");
  });
  return new Set(cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, code = ""]) => code)));
}

const cellsOf = (row: string): string[] => row.split(/(?<!\\)\|/).map((cell) => cell.trim());
