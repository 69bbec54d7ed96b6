import { useMemo } from "react";
import { hiddenByCan } from "../page/hidden-by-can.ts";
import { type Mark, marksOf } from "../page/mark.ts";
import { type PageUses } from "../page/page-uses.ts";
import { type DecisionRow } from "./decision-row.ts";

/** Returns the marks on the page: the components of the selected decision and, if enabled, hidden elements. */
export function useMarks(
  uses: PageUses | null,
  selected: string | null,
  rows: ReadonlyMap<string, DecisionRow>,
  areHiddenShown: boolean,
): readonly Mark[] {
  return useMemo(() => {
    if (!uses) return [];
    const hidden = areHiddenShown ? hiddenByCan(uses.all, rows) : [];
    // Selected marks come first, because marks at the same place have the style of the first one.
    return [...marksOf(uses.of(rows.has(selected ?? "") ? selected : null)), ...hidden];
  }, [uses, selected, rows, areHiddenShown]);
}
