import { type ReactNode } from "react";
import { durationText } from "../session/duration-text.ts";
import { type DecisionRow } from "./decision-row.ts";
import { StateText } from "./state-text.tsx";

interface DecisionLineProps {
  readonly id: string;
  readonly row: DecisionRow;
  /** Its index in the list. */
  readonly index: number;
  readonly isSelected: boolean;
  /** How many components use it; `null` if unknown. */
  readonly components: number | null;
  /** In ms since the epoch. */
  readonly now: number;
  readonly onSelect: (hash: string) => void;
}

/** The columns of the list. A narrow panel leaves out the `wide` ones. */
export const COLUMNS: readonly { readonly name: string; readonly className: string }[] = [
  { name: "State", className: "state" },
  { name: "Action", className: "name" },
  { name: "Kind", className: "name" },
  { name: "Id", className: "id" },
  { name: "Age", className: "age" },
  { name: "Stale", className: "short wide" },
  { name: "Fetching", className: "short wide" },
  { name: "Components", className: "count wide" },
];

/** A row of the decision list. */
export function DecisionLine({ id, row, index, isSelected, components, now, onSelect }: DecisionLineProps): ReactNode {
  const isAnswered = row.updatedAt > 0;
  const isStale = isAnswered && (row.isStale || (row.staleAt !== null && now >= row.staleAt));
  const cells: readonly ReactNode[] = [
    <StateText key="state" state={row.state} />,
    row.action,
    row.kind,
    row.id,
    isAnswered ? durationText(now - row.updatedAt) : "–",
    isStale ? "stale" : "–",
    row.isFetching ? "fetching" : "–",
    components ?? "unknown",
  ];
  return (
    // The header is the first row.
    <tr id={id} aria-rowindex={index + 2} aria-selected={isSelected} onClick={() => onSelect(row.hash)}>
      {cells.map((cell, at) => (
        <td
          key={COLUMNS[at]?.name}
          aria-colindex={at + 1}
          className={COLUMNS[at]?.className}
          title={typeof cell === "string" ? cell : undefined}
        >
          {cell}
        </td>
      ))}
    </tr>
  );
}
