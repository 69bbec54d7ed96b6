import { useMemo } from "react";
import { type ComponentUse } from "../page/component-use.ts";
import { hiddenByCan } from "../page/hidden-by-can.ts";
import { type Mark, marksOf } from "../page/mark.ts";
import { type DecisionRow } from "./decision-row.ts";

/** What is marked on the page: the components of a decision, and what is hidden if that is wanted. */
export function useMarks(
  uses: readonly ComponentUse[] | null,
  selected: readonly ComponentUse[] | null,
  rows: readonly DecisionRow[],
  areHiddenShown: boolean,
): readonly Mark[] {
  return useMemo(() => {
    const byHash = new Map(rows.map((row) => [row.hash, row]));
    const hidden = areHiddenShown && uses ? hiddenByCan(uses, byHash) : [];
    // What is selected first: marks at the same place have the look of the first.
    return [...marksOf(selected ?? []), ...hidden];
  }, [uses, selected, rows, areHiddenShown]);
}
