import { AuthzError } from "@kinde-cerbos/core";
import { isFields } from "@kinde-cerbos/core/internal";
import { CancelledError, type Query, type QueryState } from "@tanstack/react-query";
import { type AnswerKey, type AnswerQuery } from "./decision-query.ts";

/**
 * By how much the clocks of a server and a browser may differ, and one clock from itself once it is corrected, in ms.
 */
const CLOCK_SLACK_MS = 10_000;

/**
 * Whether the data in a cache is an answer to the check of its key, and not from the future. A cache may be restored
 * from a disk or a page, an app may write into it, and after a clock was set back, an answer would stay for too long.
 */
export function isUsable({ data, dataUpdatedAt }: QueryState, key: AnswerKey): boolean {
  return dataUpdatedAt - Date.now() < CLOCK_SLACK_MS && isAnswer(data, key);
}

/** A `staleTime` for our queries by which only usable data is fresh. */
export function usableOnly<Data>({
  staleTime = 0,
  queryKey,
}: AnswerQuery<Data>): (query: Query<Data, Error, Data, AnswerKey>) => number {
  // Not 0: data dated tomorrow would be fresh until then.
  return ({ state }) => (isUsable(state, queryKey) ? Number(staleTime) : -Infinity);
}

/**
 * Whether an error in a cache is from no request of this page: one restored from JSON is not even an `Error`, and one
 * from a server's request says nothing about ours.
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
