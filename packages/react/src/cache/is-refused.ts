import { mayPass } from "@kinde-cerbos/core/internal";
import { type Query } from "@tanstack/react-query";
import { isForeign } from "./is-usable.ts";

/** The `dataUpdatedAt` of each query's refused data. It stays refused, however later requests for it fail. */
const refusedAt = /* @__PURE__ */ new WeakMap<object, number>();

/**
 * Whether a later request for a cached answer was refused, so that the answer must no longer be shown. After a fault
 * that may pass, the answer is shown until it is too old.
 */
export function isRefused(query: Pick<Query, "state">): boolean {
  const { error, dataUpdatedAt } = query.state;
  if (error && !isForeign(error) && !mayPass(error)) refusedAt.set(query, dataUpdatedAt);
  return refusedAt.get(query) === dataUpdatedAt;
}
