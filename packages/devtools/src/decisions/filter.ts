import { type DecisionRow } from "./decision-row.ts";

/** The filter for decisions. An empty string matches all. */
export interface Filter {
  /** Words. Each one must be in the action, kind, id, attributes or error. */
  readonly text: string;
  readonly kind: string;
  readonly action: string;
  readonly state: DecisionRow["state"] | "";
  readonly isOnScreenOnly: boolean;
  /** The components that the user picked on the page; `null` for all. */
  readonly components: PickedComponents | null;
}

/** The components of one element, which the user picked on the page. */
interface PickedComponents {
  readonly name: string;
  readonly ids: readonly number[];
}

/** The initial filter. */
export const NO_FILTER: Filter = {
  text: "",
  kind: "",
  action: "",
  state: "",
  isOnScreenOnly: true,
  components: null,
};

export const STATES: readonly DecisionRow["state"][] = ["allowed", "denied", "pending", "error"];

/**
 * Returns the rows that match a filter. `ofComponents` are the query hashes of the picked components; `null` for all.
 */
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

/** Returns the values of the rows, sorted. */
export function valuesOf(rows: readonly DecisionRow[], name: "kind" | "action"): readonly string[] {
  return [...new Set(rows.map((row) => row[name]))].toSorted();
}
