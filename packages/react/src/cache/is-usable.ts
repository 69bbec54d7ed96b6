import { AuthzError } from "@kinde-cerbos/core";
import { isFields } from "@kinde-cerbos/core/internal";
import { CancelledError, type Query, type QueryState } from "@tanstack/react-query";
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

/** The `staleTime` of a query of ours, where it is a number, by which nothing is fresh but what is usable. */
export function usableOnly<Data>({
  staleTime = 0,
  queryKey,
}: AnswerQuery<Data>): (query: Query<Data, Error, Data, AnswerKey>) => number {
  // Not 0: with that, what is of tomorrow would be fresh until then.
  return ({ state }) => (isUsable(state, queryKey) ? Number(staleTime) : -Infinity);
}

/**
 * Whether an error in a cache is not of a request of this page: restored from JSON it is not even an `Error`, and one
 * of a server's request says nothing about ours.
 */
export function isForeign(error: unknown): boolean {
  return error !== null && !(error instanceof AuthzError || error instanceof CancelledError);
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
