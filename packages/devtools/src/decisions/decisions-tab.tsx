import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { type ComponentUse } from "../page/component-use.ts";
import { Overlay } from "../page/overlay.tsx";
import { PagePicker } from "../page/page-picker.tsx";
import { usePageUses } from "../page/use-page-uses.ts";
import { type TabProps } from "../panel/tab.ts";
import { DecisionDetails } from "./decision-details.tsx";
import { DecisionList } from "./decision-list.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { filteredRows, NO_FILTER } from "./filter.ts";
import { useDecisionRows } from "./use-decision-rows.ts";
import { useFilter } from "./use-filter.ts";
import { useMarks } from "./use-marks.ts";

/** Lists the decisions of the page, with the reason for each and the components that use it. */
export function DecisionsTab({ provider, recorder, selected, select }: TabProps): ReactNode {
  const rows = useDecisionRows(provider);
  const uses = usePageUses(provider.queryClient);
  const [filter, setFilter] = useFilter(recorder);
  const [isPicking, setIsPicking] = useState(false);
  const [areHiddenShown, setAreHiddenShown] = useState(false);
  const [root, setRoot] = useState<HTMLElement | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const focusList = (): void => root?.querySelector<HTMLElement>('[role="grid"]')?.focus();

  const picked = filter.components?.ids;
  const queries = useMemo(() => (picked && uses?.queriesOf(picked)) ?? null, [uses, picked]);
  const listed = useMemo(() => filteredRows(rows, filter, queries), [rows, filter, queries]);
  const byHash = useMemo(() => new Map(rows.map((one) => [one.hash, one])), [rows]);
  const row = byHash.get(selected ?? "");
  const marks = useMarks(uses, selected, byHash, areHiddenShown);
  // Other components use plans, or decisions of another provider.
  const pickable = useMemo(
    () => uses?.all.filter((use) => use.queries.some((hash) => byHash.has(hash))) ?? [],
    [uses, byHash],
  );

  const endPicking = useCallback(() => setIsPicking(false), []);
  const onPick = (chosen: readonly ComponentUse[]): void => {
    setIsPicking(false);
    setFilter({ ...NO_FILTER, components: { name: chosen[0]?.name ?? "", ids: chosen.map(({ id }) => id) } });
    select(chosen[0]?.queries.find((hash) => byHash.has(hash)) ?? null);
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
          Show hidden elements
        </button>
        <output>{isPicking && "Click a component on the page. Press Escape to cancel."}</output>
      </FilterBar>
      <DecisionList
        rows={listed}
        emptyText={rows.length === 0 ? "This page has made no checks yet." : "No decisions match the filters."}
        selected={selected}
        onSelect={select}
        onOpen={() => heading.current?.focus()}
        componentsOf={(hash) => uses && uses.of(hash).length}
      />
      {row ? (
        <DecisionDetails
          row={row}
          provider={provider}
          recorder={recorder}
          uses={uses && uses.of(row.hash)}
          heading={heading}
        />
      ) : (
        <p className="details empty">Select a decision to see its reason and the components that use it.</p>
      )}
      <Overlay marks={marks} />
      {isPicking && (
        <PagePicker uses={pickable} panel={root?.getRootNode() ?? null} onPick={onPick} onEnd={endPicking} />
      )}
    </div>
  );
}
