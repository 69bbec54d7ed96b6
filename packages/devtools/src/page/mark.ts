import { type ComponentUse, type Place } from "./component-use.ts";
import { type Frame, frameAround, frameAt, isInWindow } from "./frame.ts";

/** A mark on the page. */
export interface Mark {
  readonly key: string;
  readonly look: "used" | "hidden";
  readonly label: string;
  /** The nodes to frame; empty for a component that renders nothing, whose position is marked. */
  readonly nodes: readonly Node[];
  readonly place: Place;
}

/** A mark with its current position. */
export interface PlacedMark extends Mark {
  readonly frame: Frame;
  /** Whether the component renders nothing. */
  readonly isEmpty: boolean;
}

/** Returns marks for the components that use a decision. */
export function marksOf(uses: readonly ComponentUse[]): readonly Mark[] {
  return uses.map(({ id, name, nodes, place }) => {
    const label = nodes.length > 0 ? name : `${name} renders nothing here`;
    return { key: `used-${id}`, look: "used", label, nodes, place };
  });
}

/** Returns the marks in the window. Marks at the same place become one, with all labels. */
export function placedMarks(marks: readonly Mark[]): readonly PlacedMark[] {
  const placed = new Map<string, PlacedMark>();
  for (const mark of marks) {
    const around = frameAround(mark.nodes);
    const frame = around ?? (mark.nodes.length > 0 ? null : frameAt(mark.place.parent, mark.place.before));
    if (!frame || !isInWindow(frame)) continue;
    const at = Object.values(frame).join(" ");
    const other = placed.get(at);
    placed.set(
      at,
      other ? { ...other, label: `${other.label} · ${mark.label}` } : { ...mark, frame, isEmpty: around === null },
    );
  }
  return [...placed.values()];
}
