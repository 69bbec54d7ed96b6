import { mayPass } from "@kinde-cerbos/core/internal";
import { type Query } from "@tanstack/react-query";
import { isForeign } from "./is-usable.ts";

/** Which data of a query was refused after it was given, by when that was given: whatever fails next, it is over. */
const refusedAt = /* @__PURE__ */ new WeakMap<object, number>();

/**
 * Whether an answer in the cache was refused when it was asked for again, and is over. A fault that may pass leaves it
 * until it is too old.
 */
export function isRefused(query: Pick<Query, "state">): boolean {
  const { error, dataUpdatedAt } = query.state;
  if (error && !isForeign(error) && !mayPass(error)) refusedAt.set(query, dataUpdatedAt);
  return refusedAt.get(query) === dataUpdatedAt;
}
