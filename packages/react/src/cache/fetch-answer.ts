import { AuthzError } from "@kinde-cerbos/core";
import { mayPass } from "@kinde-cerbos/core/internal";
import { CancelledError, type QueryClient, QueryObserver } from "@tanstack/react-query";
import { type AnswerQuery, findQuery } from "./decision-query.ts";
import { isRefused } from "./is-refused.ts";
import { usableOnly } from "./is-usable.ts";

/**
 * Returns a fresh answer from the cache, or else from the PDP, for a caller outside of rendering. react-query aborts a
 * request when its last observer leaves, such as a menu that closes on the click that checks. The caller would then get
 * an old answer, or none.
 *
 * @throws AuthzError `aborted` if the query is canceled or removed from the cache before the answer arrives; any other
 *   code if the request fails
 */
export async function fetchAnswer<Data>(client: QueryClient, asked: AnswerQuery<Data>): Promise<Data> {
  // An event handler or a loader must learn that there is no network. A hook's check waits for the network.
  const query = { ...asked, staleTime: usableOnly(asked), networkMode: "always" as const };
  const leave = new QueryObserver(client, { ...query, enabled: false }).subscribe(() => {});
  const found = findQuery(client, query);
  // A caller that wants nothing from the cache gets no answer in flight either: that one may be outdated.
  const isWaiting = found?.state.fetchStatus === "paused";
  if (asked.staleTime === 0 || isWaiting) void found?.cancel({ silent: true });
  try {
    for (;;) {
      try {
        return await client.fetchQuery(query);
      } catch (error) {
        const failed = findQuery(client, query);
        if (!(error instanceof CancelledError)) {
          // Remembered here, because no component may render it before a later request fails in another way.
          if (failed) isRefused(failed);
          throw error;
        }
        // A change has outdated the request in flight: send it again.
        if (error.silent && failed) continue;
        throw new AuthzError("aborted", "The query was canceled or removed from the cache before its answer arrived.", {
          cause: error,
        });
      }
    }
  } finally {
    leave();
    // A component still waits for its answer: fetch it once the network is back.
    if (isWaiting && found?.isActive() && mayPass(found.state.error) && found.state.fetchStatus === "idle") {
      void found.fetch(client.defaultQueryOptions(asked)).catch(() => {});
    }
  }
}
