import { type DecisionRow } from "./decision-row.ts";

/** Which decisions are listed. Empty texts stand for all. */
export interface Filter {
  /** Words that each must be in the action, the kind, the id, the attributes or the error. */
  readonly text: string;
  readonly kind: string;
  readonly action: string;
  readonly state: DecisionRow["state"] | "";
  readonly isOnScreenOnly: boolean;
  /** Components that were picked on the page; `null` for all. */
  readonly components: PickedComponents | null;
}

/** Components that were picked on the page together, as they are of one element. */
interface PickedComponents {
  readonly name: string;
  readonly ids: readonly number[];
}

/** What is listed at first. */
export const NO_FILTER: Filter = {
  text: "",
  kind: "",
  action: "",
  state: "",
  isOnScreenOnly: true,
  components: null,
};

export const STATES: readonly DecisionRow["state"][] = ["allowed", "denied", "pending", "error"];

/** The rows that a filter lets through. `ofComponents` are the queries of its components; `null` for all. */
export function filteredRows(
  rows: readonly DecisionRow[],
  { text, kind, action, state, isOnScreenOnly }: Filter,
  ofComponents: ReadonlySet<string> | null,
): readonly DecisionRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(
    (row) =>
      (kind === "" || row.kind === kind) &&
      (action === "" || row.action === action) &&
      (state === "" || row.state === state) &&
      (row.isOnScreen || !isOnScreenOnly) &&
      (ofComponents?.has(row.hash) ?? true) &&
      hasWords(row, words),
  );
}

function hasWords({ action, kind, id, resourceKey, error }: DecisionRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = [action, kind, id, resourceKey, error?.message].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The values that rows have, sorted. */
export function valuesOf(rows: readonly DecisionRow[], name: "kind" | "action"): readonly string[] {
  return [...new Set(rows.map((row) => row[name]))].toSorted();
}
