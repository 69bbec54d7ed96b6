import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useNow } from "../session/use-now.ts";
import { COLUMNS, DecisionLine } from "./decision-line.tsx";
import { type DecisionRow } from "./decision-row.ts";
import { ROW_HEIGHT, rowAfterKey, scrollTopFor, visibleRows } from "./visible-rows.ts";

interface DecisionListProps {
  readonly rows: readonly DecisionRow[];
  /** Shown if there are no rows. */
  readonly emptyText: string;
  readonly selected: string | null;
  readonly onSelect: (hash: string) => void;
  /** Called when the user presses Enter. */
  readonly onOpen: () => void;
  /** Returns how many components use a query; `null` if unknown. */
  readonly componentsOf: (hash: string) => number | null;
}

/** The decisions as a grid that renders only the visible rows. */
export function DecisionList({
  rows,
  emptyText,
  selected,
  onSelect,
  onOpen,
  componentsOf,
}: DecisionListProps): ReactNode {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const height = useHeight(scroller);
  const now = useNow();
  const at = rows.findIndex(({ hash }) => hash === selected);
  useEffect(() => {
    if (scroller.current && at >= 0) scroller.current.scrollTop = scrollTopFor(at, scroller.current.scrollTop, height);
  }, [at, height]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") return onOpen();
    const row = rows[rowAfterKey(event.key, at, rows.length, height) ?? -1];
    if (!row) return;
    event.preventDefault();
    onSelect(row.hash);
  };
  const { first, end } = visibleRows(rows.length, scrollTop, height);
  return (
    <div className="scroll" ref={scroller} onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}>
      <table
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- an ARIA grid: keys move the selection
        role="grid"
        aria-label="Decisions"
        aria-rowcount={rows.length + 1}
        aria-colcount={COLUMNS.length}
        aria-activedescendant={at >= first && at < end ? `${id}-${at}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr aria-rowindex={1}>
            {COLUMNS.map(({ name, className }, column) => (
              <th key={name} scope="col" aria-colindex={column + 1} className={className}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <Gap rows={first} />
        <tbody>
          {rows.slice(first, end).map((row, offset) => (
            <DecisionLine
              key={row.hash}
              id={`${id}-${first + offset}`}
              row={row}
              index={first + offset}
              isSelected={row.hash === selected}
              components={componentsOf(row.hash)}
              now={now}
              onSelect={onSelect}
            />
          ))}
        </tbody>
        <Gap rows={rows.length - end} />
      </table>
      {rows.length === 0 && <p className="empty">{emptyText}</p>}
    </div>
  );
}

/** Fills the height of rows that are not rendered. */
function Gap({ rows }: { readonly rows: number }): ReactNode {
  return (
    <tbody aria-hidden="true">
      <tr style={{ height: rows * ROW_HEIGHT }} />
    </tbody>
  );
}

/** Returns the inner height of an element, in px. */
function useHeight(element: { readonly current: HTMLElement | null }): number {
  const [height, setHeight] = useState(0);
  useEffect(() => {
    const { current } = element;
    if (!current) return;
    const sizes = new ResizeObserver(() => setHeight(current.clientHeight));
    sizes.observe(current);
    return () => sizes.disconnect();
  }, [element]);
  return height;
}
