import { type DecisionRow } from "../decisions/decision-row.ts";
import { type Outcome, placeOf } from "./trial.ts";

const collator = /* @__PURE__ */ new Intl.Collator(undefined, { numeric: true });

/** The rows whose action, kind, id or state has each word of the filter: overridden ones first, then by their names. */
export function filterRows(
  rows: readonly DecisionRow[],
  filter: string,
  overrides: ReadonlyMap<string, Outcome>,
): readonly DecisionRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows
    .map((row) => ({ row, text: textOf(row), rank: overrides.has(placeOf(row)) ? 0 : 1 }))
    .filter(({ text }) => words.every((word) => text.includes(word)));
  return found
    .toSorted((one, other) => one.rank - other.rank || collator.compare(one.text, other.text))
    .map(({ row }) => row);
}

function textOf({ kind, id, action, state }: DecisionRow): string {
  return `${kind} ${id} ${action} ${state}`.toLowerCase();
}
