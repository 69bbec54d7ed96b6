import { type Query } from "@tanstack/react-query";

/** The states of queries that are hidden. A query that changes gets another state, and is not hidden any more. */
const hidden = /* @__PURE__ */ new WeakSet<object>();

/** Resets a query, and leaves it without an answer until it is fetched for something else than a render. */
export function hideQuery(query: Query): void {
  query.reset();
  hidden.add(query.state);
}

export function isHidden({ state }: { readonly state: object }): boolean {
  return hidden.has(state);
}
