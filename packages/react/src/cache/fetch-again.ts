import { type Query, type QueryKey } from "@tanstack/react-query";

/**
 * Sends a query again, and resolves when it has an answer or an error. A request in flight may bring an outdated
 * answer, so it is canceled, and its callers get the new answer. react-query does so only if there is data.
 */
export async function fetchAgain<Data, Key extends QueryKey>(query: Query<Data, Error, Data, Key>): Promise<void> {
  void query.cancel({ silent: true });
  const asked = query.fetch().catch(() => undefined);
  // Offline, it may wait for the network for a long time.
  if (query.state.fetchStatus !== "paused") await asked;
}
