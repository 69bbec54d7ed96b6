import { isFields } from "@kinde-cerbos/core/internal";
import { type QueryState } from "@tanstack/react-query";
import { type AnswerKey, type AnswerQuery } from "./decision-query.ts";

/**
 * By how much the clocks of a server and a browser may differ, and one clock from itself once it is corrected, in ms.
 */
const CLOCK_SLACK_MS = 10_000;

/**
 * Whether what a cache holds is an answer to what its key asks, and not of a time
 * that is yet to come. Caches are read from disks and from pages, the app writes
 * into its own, and a clock that was set back would keep an answer for as long.
 */
export function isUsable({ data, dataUpdatedAt }: QueryState, key: AnswerKey): boolean {
  return dataUpdatedAt - Date.now() < CLOCK_SLACK_MS && isAnswer(data, key);
}

/** The same query (of ours: its `staleTime` is a number), for which nothing is fresh but what is usable. */
export function usableOnly<Data>(query: AnswerQuery<Data>): AnswerQuery<Data> {
  const { staleTime = 0, queryKey } = query;
  return {
    ...query,
    // Not 0: with that, what is of tomorrow would be fresh until then.
    staleTime: (cached) => (isUsable(cached.state, queryKey) ? Number(staleTime) : -Infinity),
  };
}

function isAnswer(data: unknown, [, , what, kind, id, action]: AnswerKey): boolean {
  if (!isFields(data) || !Array.isArray(data["validationErrors"])) return false;
  const { allowed, resource, outputs } = data;
  return what === "plan"
    ? data["resourceKind"] === kind && JSON.stringify(data["actions"]) === action && typeof data["kind"] === "string"
    : data["action"] === action &&
        isFields(resource) &&
        resource["kind"] === kind &&
        resource["id"] === id &&
        typeof allowed === "boolean" &&
        Array.isArray(outputs);
}
