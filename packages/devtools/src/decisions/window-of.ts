/** Height of a row, in px. */
export const ROW_HEIGHT = 26;
/** How many rows are there beyond each edge, so that a fast scroll shows no gap. */
const SPARE = 6;

/** Which rows of a list are in the document: from the first up to the one before `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** The rows that are seen of a list, and a few more. */
export function windowOf(count: number, scrollTop: number, height: number): RowWindow {
  const end = Math.min(count, Math.ceil((scrollTop + height) / ROW_HEIGHT) + SPARE);
  // After rows have gone, it may be scrolled further than there are any.
  return { first: Math.max(0, Math.min(Math.floor(scrollTop / ROW_HEIGHT) - SPARE, end - 1)), end };
}

/** How far to scroll so that a row is seen, and no further: rows begin below a header of the same height. */
export function scrollTopFor(row: number, scrollTop: number, height: number): number {
  const top = row * ROW_HEIGHT;
  return Math.max(Math.min(scrollTop, top), top + 2 * ROW_HEIGHT - height);
}

const STEPS: { readonly [key: string]: (at: number, page: number) => number } = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  PageDown: (at, page) => at + page,
  PageUp: (at, page) => at - page,
  Home: () => 0,
  End: () => Infinity,
};

/** The row that a key goes to from another one, -1 for none; `null` if the key does not move. */
export function rowAfterKey(key: string, at: number, count: number, height: number): number | null {
  const step = STEPS[key];
  if (!step || count === 0) return null;
  const page = Math.max(1, Math.floor(height / ROW_HEIGHT) - 2);
  return Math.min(Math.max(step(at, page), 0), count - 1);
}
