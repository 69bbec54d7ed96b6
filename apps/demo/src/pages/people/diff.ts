import { isFields } from "@kinde-cerbos/core/internal";

/** A line of an object that is written out. */
interface Line {
  /** Where it is: `attr.featureFlags.external_sharing`. */
  readonly name: string;
  readonly text: string;
}

/** A line, and what has become of it. */
export interface DiffLine extends Line {
  readonly change: "added" | "removed" | "kept";
}

/** All lines of both: those that are gone stand before what came in their place. */
export function diffOf(before: object, after: object): readonly DiffLine[] {
  const old = linesOf(before);
  const now = linesOf(after);
  const names = [...new Set([...old, ...now].map(({ name }) => name))];
  return names.flatMap((name): readonly DiffLine[] => {
    const was = old.filter((line) => line.name === name);
    const is = now.filter((line) => line.name === name);
    const gone = was
      .filter(({ text }) => !includes(is, text))
      .map(({ text }): DiffLine => ({ name, text, change: "removed" }));
    return gone.concat(is.map(({ text }) => ({ name, text, change: includes(was, text) ? "kept" : "added" })));
  });
}

/** A value of an object is a line; a list has a line for each item. */
function linesOf(value: unknown, name = ""): readonly Line[] {
  if (Array.isArray(value)) {
    return value.length === 0
      ? [{ name, text: "none" }]
      : value.map((item): Line => ({ name, text: JSON.stringify(item) }));
  }
  if (!isFields(value)) return value === undefined ? [] : [{ name, text: JSON.stringify(value) }];
  const fields = Object.entries(value);
  if (fields.length === 0) return [{ name, text: "none" }];
  return fields.flatMap(([key, inner]) => linesOf(inner, name === "" ? key : `${name}.${key}`));
}

function includes(lines: readonly Line[], text: string): boolean {
  return lines.some((line) => line.text === text);
}
