import { KEY_PREFIX } from "@kinde-cerbos/react/internal";
import { notifyManager, type Query, type QueryClient } from "@tanstack/react-query";
import { simulatedDecision } from "./simulated-answers.ts";
import { type Outcome, outcomeOf, type Trial } from "./trial.ts";

/** The position of the PDP's name in a query key. */
const NAME_AT = 7;

/** Which cache it is, and what the real decisions and the simulated ones are kept under there. */
export interface SimulatedCache {
  readonly queryClient: QueryClient;
  readonly realName: string;
  readonly name: string;
}

/** Begins with what the real cache has: what is not affected is neither sent again nor pending for a moment. */
export function copyReal({ queryClient, realName, name }: SimulatedCache): void {
  const cache = queryClient.getQueryCache();
  for (const { queryKey, meta, state } of queriesOf(queryClient, realName)) {
    if (state.data === undefined) continue;
    // The mark of whose decision it is goes along, in `meta`.
    const options = queryClient.defaultQueryOptions({ queryKey: keyWith(queryKey, name), ...(meta && { meta }) });
    cache.build(queryClient, options, { ...state, fetchStatus: "idle", fetchMeta: null });
  }
}

/** Gives what a change of the trial affects its new outcome, and leaves all else as it is. */
export function applyChange(simulated: SimulatedCache, before: Trial, after: Trial): void {
  const { queryClient, name } = simulated;
  const again = new Set<Query>();
  notifyManager.batch(() => {
    for (const query of queriesOf(queryClient, name)) {
      const outcome = resultOf(query, after);
      const isSame = outcome === resultOf(query, before) && !(outcome === "slow" && before.delayMs !== after.delayMs);
      if (!isSame && !putAtOnce(simulated, query, outcome)) again.add(query);
    }
    if (again.size === 0) return;
    void queryClient.resetQueries({ predicate: (query) => again.has(query) }).catch(() => {});
  });
}

/** Removes all simulated decisions. */
export function removeSimulated({ queryClient, name }: SimulatedCache): void {
  queryClient.removeQueries({ queryKey: [KEY_PREFIX], predicate: ({ queryKey }) => queryKey[NAME_AT] === name });
}

/** Shows an outcome without asking anybody, if that can be done. */
function putAtOnce({ queryClient, realName }: SimulatedCache, query: Query, outcome: Outcome | null): boolean {
  const [, , what, kind, id, action] = query.queryKey.map(String);
  const put = (state: Partial<Query["state"]>): true => {
    void query.cancel({ silent: true });
    query.setState({ ...query.resetState, ...state, fetchStatus: "idle", fetchMeta: null });
    return true;
  };
  if (outcome === null) {
    // By its hash: to find a key, react-query looks at all of them.
    const { queryHash } = queryClient.defaultQueryOptions({ queryKey: keyWith(query.queryKey, realName) });
    const real = queryClient.getQueryCache().get(queryHash);
    return real?.state.data !== undefined && put(real.state);
  }
  if (what !== "decision" || (outcome !== "allow" && outcome !== "deny")) return false;
  const place = { action: action ?? "", kind: kind ?? "", id: id ?? "" };
  return put({ data: simulatedDecision(outcome, place), dataUpdatedAt: Date.now(), status: "success" });
}

/** How the check of a query ends, or its plan. */
function resultOf({ queryKey }: Query, trial: Trial): Outcome | null {
  const [, , what, kind, id, action] = queryKey.map(String);
  return what === "plan" ? trial.all : outcomeOf(trial, { action: action ?? "", kind: kind ?? "", id: id ?? "" });
}

function queriesOf(queryClient: QueryClient, pdpName: string): Query[] {
  const ours = queryClient.getQueryCache().findAll({ queryKey: [KEY_PREFIX] });
  return ours.filter(({ queryKey }) => queryKey[NAME_AT] === pdpName);
}

function keyWith(queryKey: readonly unknown[], pdpName: string): readonly unknown[] {
  return queryKey.with(NAME_AT, pdpName);
}
