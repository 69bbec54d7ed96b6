import { useMemo } from "react";
import { hiddenByCan } from "../page/hidden-by-can.ts";
import { type Mark, marksOf } from "../page/mark.ts";
import { type PageUses } from "../page/page-uses.ts";
import { type DecisionRow } from "./decision-row.ts";

/** What is marked on the page: the components of a decision, and what is hidden if that is wanted. */
export function useMarks(
  uses: PageUses | null,
  selected: string | null,
  rows: ReadonlyMap<string, DecisionRow>,
  areHiddenShown: boolean,
): readonly Mark[] {
  return useMemo(() => {
    if (!uses) return [];
    const hidden = areHiddenShown ? hiddenByCan(uses.all, rows) : [];
    // What is selected first: marks at the same place have the look of the first.
    return [...marksOf(uses.of(rows.has(selected ?? "") ? selected : null)), ...hidden];
  }, [uses, selected, rows, areHiddenShown]);
}
