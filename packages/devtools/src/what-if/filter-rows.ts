import { type DecisionRow } from "../decisions/decision-row.ts";
import { type Outcome, placeOf } from "./scenario.ts";

const collator = /* @__PURE__ */ new Intl.Collator(undefined, { numeric: true });

/**
 * Returns the rows with each word of the filter in their action, kind, id or state, sorted by name. The word
 * `overridden` matches overridden decisions.
 */
export function filterRows(
  rows: readonly DecisionRow[],
  filter: string,
  overrides: ReadonlyMap<string, Outcome>,
): readonly DecisionRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return rows
    .map((row) => ({ row, text: textOf(row, overrides.has(placeOf(row))) }))
    .filter(({ text }) => words.every((word) => text.includes(word)))
    .toSorted((one, other) => collator.compare(one.text, other.text))
    .map(({ row }) => row);
}

function textOf({ kind, id, action, state }: DecisionRow, isOverridden: boolean): string {
  return `${kind} ${id} ${action} ${state}${isOverridden ? " overridden" : ""}`.toLowerCase();
}
