import { type Query, type QueryKey } from "@tanstack/react-query";

/**
 * Asks a query again, and settles once there is an answer or an error in its
 * place. What is under way may be an answer of before: it is given up, and who
 * waits for it gets the new one. react-query does so only where there is data.
 */
export async function fetchAgain<Data, Key extends QueryKey>(query: Query<Data, Error, Data, Key>): Promise<void> {
  void query.cancel({ silent: true });
  const asked = query.fetch().catch(() => undefined);
  // Offline it waits for the network, and may for long.
  if (query.state.fetchStatus !== "paused") await asked;
}
