import { type Query } from "@tanstack/react-query";
import { type AnswerKey } from "./decision-query.ts";
import { isHidden } from "./hidden-answers.ts";
import { isRefused } from "./is-refused.ts";
import { isForeign, isUsable } from "./is-usable.ts";

/** The part of an answer that may be shown: `data`, else why there is none, else nothing yet. */
export interface View<Data> {
  readonly data: Data | null;
  /** Beside `data`: why it could not be confirmed. */
  readonly error: Error | null;
  readonly isFetching: boolean;
}

/** The view while nothing may be shown. */
export const NOTHING: View<never> = { data: null, error: null, isFetching: false };

/**
 * Returns the part of a query's answer that may be shown.
 *
 * @param oldest data from this time or earlier is not shown, in ms since the epoch
 * @param isShown whether a component shows it already; if not, it is about to be fetched
 * @param isSlow whether a fetch beside data is shown
 */
export function viewOf<Data>(
  query: Query<Data, Error, Data, AnswerKey> | undefined,
  oldest: number,
  isShown: boolean,
  isSlow: boolean,
): View<Data> {
  if (!query) return { data: null, error: null, isFetching: true };
  const { state, queryKey } = query;
  const { data, dataUpdatedAt, status, fetchStatus } = state;
  // Called even if the answer is hidden for another reason: it remembers only a refusal that it has seen.
  const isOver = isRefused(query);
  const isValid = data !== undefined && dataUpdatedAt > oldest && !isOver && isUsable(state, queryKey);
  const shown = isValid ? data : null;
  // An answer that was not requested yet is about to be, and so is a hidden one.
  const isExpected = fetchStatus === "idle" && status === "pending" && (!isShown || isHidden(query));
  return {
    data: shown,
    error: isForeign(state.error) ? null : state.error,
    isFetching: isExpected || (fetchStatus === "fetching" && (shown === null || isSlow)),
  };
}
