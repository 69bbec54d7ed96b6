import { isFields } from "@kinde-cerbos/core/internal";

/** One difference between two values. */
export interface Difference {
  /** The path of the value, such as `claims.permissions`. */
  readonly path: string;
  readonly kind: "added" | "removed" | "changed";
  /** `undefined` if it was added. */
  readonly before: unknown;
  /** `undefined` if it was removed. */
  readonly after: unknown;
}

/**
 * Returns the differences between two JSON values. Arrays are compared as sets, because permissions and roles have no
 * order.
 */
export function differences(before: unknown, after: unknown, path: string): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    return [
      ...missingIn(after, before).map((item) => difference(path, item, undefined)),
      ...missingIn(before, after).map((item) => difference(path, undefined, item)),
    ];
  }
  if (isFields(before) && isFields(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) =>
      differences(before[name], after[name], `${path}.${name}`),
    );
  }
  return [difference(path, before, after)];
}

function difference(path: string, before: unknown, after: unknown): Difference {
  const kind = before === undefined ? "added" : after === undefined ? "removed" : "changed";
  return { path, kind, before, after };
}

/** Returns the items that are not in `others`. */
function missingIn(others: readonly unknown[], items: readonly unknown[]): unknown[] {
  const known = new Set(others.map((item) => JSON.stringify(item)));
  return items.filter((item) => !known.has(JSON.stringify(item)));
}
