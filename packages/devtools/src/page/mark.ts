import { type ComponentUse, type Place } from "./component-use.ts";
import { type Frame, frameAround, frameAt, isInWindow } from "./frame.ts";

/** Something to be drawn on the page. */
export interface Mark {
  readonly key: string;
  readonly look: "used" | "hidden";
  readonly label: string;
  /** What is framed; empty for a component that renders nothing: then its place is marked. */
  readonly nodes: readonly Node[];
  readonly place: Place;
}

/** A mark where it is now. */
export interface PlacedMark extends Mark {
  readonly frame: Frame;
  /** Whether nothing is there to be framed. */
  readonly isEmpty: boolean;
}

/** Marks the components that use a decision. */
export function marksOf(uses: readonly ComponentUse[]): readonly Mark[] {
  return uses.map(({ id, name, nodes, place }) => {
    const label = nodes.length > 0 ? name : `${name} shows nothing here`;
    return { key: `used-${id}`, look: "used", label, nodes, place };
  });
}

/** The marks that are in the window now. Those at the same place are one, with the labels of all. */
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
