import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { type ComponentUse } from "../page/component-use.ts";
import { Overlay } from "../page/overlay.tsx";
import { PagePicker } from "../page/page-picker.tsx";
import { useComponentUses } from "../page/use-component-uses.ts";
import { type TabProps } from "../panel/tab.ts";
import { DecisionDetails } from "./decision-details.tsx";
import { DecisionList } from "./decision-list.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { filteredRows, NO_FILTER } from "./filter.ts";
import { useDecisionRows } from "./use-decision-rows.ts";
import { useFilter } from "./use-filter.ts";
import { useMarks } from "./use-marks.ts";

/** The decisions of the page, why each was made, and which components use it. */
export function DecisionsTab({ provider, recorder, selected, select }: TabProps): ReactNode {
  const rows = useDecisionRows(provider);
  const uses = useComponentUses(provider.queryClient);
  const [filter, setFilter] = useFilter(recorder);
  const [isPicking, setIsPicking] = useState(false);
  const [areHiddenShown, setAreHiddenShown] = useState(false);
  const [root, setRoot] = useState<HTMLElement | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const focusList = (): void => root?.querySelector<HTMLElement>('[role="grid"]')?.focus();

  const byQuery = useMemo(() => usesByQuery(uses ?? []), [uses]);
  const ids = filter.components?.ids;
  const queries = useMemo(() => ids && new Set(queriesOf(uses ?? [], ids)), [uses, ids]);
  const listed = useMemo(() => filteredRows(rows, filter, queries ?? null), [rows, filter, queries]);
  const row = rows.find(({ hash }) => hash === selected);
  const selectedUses = useMemo(() => uses && (byQuery.get(selected ?? "") ?? []), [uses, byQuery, selected]);
  const marks = useMarks(uses, selectedUses, rows, areHiddenShown);

  const endPicking = useCallback(() => setIsPicking(false), []);
  const onPick = (picked: readonly ComponentUse[]): void => {
    setIsPicking(false);
    const name = picked[0]?.name ?? "";
    setFilter({ ...NO_FILTER, components: { name, ids: picked.map(({ id }) => id) } });
    select(picked[0]?.queries[0] ?? null);
    focusList();
  };
  return (
    <div className="decisions" ref={setRoot}>
      <FilterBar rows={rows} count={listed.length} filter={filter} onChange={setFilter}>
        <button aria-pressed={isPicking} disabled={uses === null} onClick={() => setIsPicking(!isPicking)}>
          Pick on page
        </button>
        <button
          aria-pressed={areHiddenShown}
          disabled={uses === null}
          onClick={() => setAreHiddenShown(!areHiddenShown)}
        >
          Show what is hidden
        </button>
      </FilterBar>
      <DecisionList
        rows={listed}
        selected={selected}
        onSelect={select}
        onOpen={() => heading.current?.focus()}
        componentsOf={(hash) => uses && (byQuery.get(hash)?.length ?? 0)}
      />
      {row ? (
        <DecisionDetails row={row} provider={provider} recorder={recorder} uses={selectedUses} heading={heading} />
      ) : (
        <p className="details empty">
          {isPicking
            ? "Choose a component on the page. Escape ends this."
            : "Select a decision to see why it was made, and where it is on the page."}
        </p>
      )}
      <Overlay marks={marks} />
      {isPicking && (
        <PagePicker uses={uses ?? []} panel={root?.getRootNode() ?? null} onPick={onPick} onEnd={endPicking} />
      )}
    </div>
  );
}

function usesByQuery(uses: readonly ComponentUse[]): ReadonlyMap<string, readonly ComponentUse[]> {
  const byQuery = new Map<string, ComponentUse[]>();
  for (const use of uses) {
    for (const query of new Set(use.queries)) {
      const there = byQuery.get(query);
      if (there) there.push(use);
      else byQuery.set(query, [use]);
    }
  }
  return byQuery;
}

function queriesOf(uses: readonly ComponentUse[], ids: readonly number[]): readonly string[] {
  return uses.filter(({ id }) => ids.includes(id)).flatMap(({ queries }) => queries);
}
