import { CancelledError, type QueryClient, QueryObserver } from "@tanstack/react-query";

import { type AnswerQuery } from "./decision-query.ts";

/**
 * Asks as `fetchQuery` does, for a caller outside of rendering who waits for the
 * answer. react-query aborts a request when its last observer leaves, as when a
 * menu closes on the click that asks: its caller then gets an old answer, or none.
 */
export async function fetchAnswer<Data>(queryClient: QueryClient, query: AnswerQuery<Data>): Promise<Data> {
  const leave = new QueryObserver(queryClient, { ...query, enabled: false }).subscribe(() => {});
  try {
    return await queryClient.fetchQuery(query);
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    // Given up for another reason, such as a change that outdates the answer.
    return await queryClient.fetchQuery(query);
  } finally {
    leave();
  }
}
