/** Height of a row, in px. */
export const ROW_HEIGHT = 26;
/** Number of extra rows beyond each edge, so that fast scrolling shows no gap. */
const SPARE = 6;

/** The rows of a list that are rendered: from `first` up to, but not including, `end`. */
export interface VisibleRows {
  readonly first: number;
  readonly end: number;
}

/** Returns the visible rows of a list, and a few more. */
export function visibleRows(count: number, scrollTop: number, height: number): VisibleRows {
  const end = Math.min(count, Math.ceil((scrollTop + height) / ROW_HEIGHT) + SPARE);
  // After rows were removed, the scroll position may be past the last row.
  return { first: Math.max(0, Math.min(Math.floor(scrollTop / ROW_HEIGHT) - SPARE, end - 1)), end };
}

/**
 * Returns the scroll position that makes a row visible with the least scrolling. Rows start below a header of the same
 * height.
 */
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

/**
 * Returns the row that a key selects, starting from row `at` (-1 for none); `null` if the key does not move the
 * selection.
 */
export function rowAfterKey(key: string, at: number, count: number, height: number): number | null {
  const step = STEPS[key];
  if (!step || count === 0) return null;
  const page = Math.max(1, Math.floor(height / ROW_HEIGHT) - 2);
  return Math.min(Math.max(step(at, page), 0), count - 1);
}
