import { KEY_PREFIX } from "@kinde-cerbos/react/internal";
import { notifyManager, type Query, type QueryClient } from "@tanstack/react-query";
import { type Outcome, outcomeOf, type Scenario } from "./scenario.ts";
import { simulatedDecision } from "./simulated-answers.ts";

/** The position of the PDP's name in a query key. */
const NAME_AT = 7;

/** A query cache, and the PDP names under which it has real and simulated decisions. */
export interface SimulatedCache {
  readonly queryClient: QueryClient;
  readonly realName: string;
  readonly name: string;
}

/** Copies the real decisions to the simulated ones, so that unaffected checks are neither sent again nor pending. */
export function copyReal({ queryClient, realName, name }: SimulatedCache): void {
  const cache = queryClient.getQueryCache();
  for (const { queryKey, meta, state } of queriesOf(queryClient, realName)) {
    if (state.data === undefined) continue;
    // `meta` records whose decision it is, so it is copied too.
    const options = queryClient.defaultQueryOptions({ queryKey: keyWith(queryKey, name), ...(meta && { meta }) });
    cache.build(queryClient, options, { ...state, fetchStatus: "idle", fetchMeta: null });
  }
}

/** Updates the decisions that a change of the scenario affects, and leaves all others unchanged. */
export function applyChange(simulated: SimulatedCache, before: Scenario, after: Scenario): void {
  const { queryClient, name } = simulated;
  const again = new Set<Query>();
  notifyManager.batch(() => {
    for (const query of queriesOf(queryClient, name)) {
      const outcome = resultOf(query, after);
      const isSame = outcome === resultOf(query, before) && !(outcome === "slow" && before.delayMs !== after.delayMs);
      if (!isSame && !setOutcome(simulated, query, outcome)) again.add(query);
    }
    if (again.size === 0) return;
    void queryClient.resetQueries({ predicate: (query) => again.has(query) }).catch(() => {});
  });
}

/** Removes all simulated decisions and plans. */
export function removeSimulated({ queryClient, name }: SimulatedCache): void {
  queryClient.removeQueries({ queryKey: [KEY_PREFIX], predicate: ({ queryKey }) => queryKey[NAME_AT] === name });
}

/** Sets an outcome without a request, if possible. Returns whether it did. */
function setOutcome({ queryClient, realName }: SimulatedCache, query: Query, outcome: Outcome | null): boolean {
  const [, , what, kind, id, action] = query.queryKey.map(String);
  const put = (state: Partial<Query["state"]>): true => {
    void query.cancel({ silent: true });
    query.setState({ ...query.resetState, ...state, fetchStatus: "idle", fetchMeta: null });
    return true;
  };
  if (outcome === null) {
    // By its hash, because TanStack Query searches all queries to find a key.
    const { queryHash } = queryClient.defaultQueryOptions({ queryKey: keyWith(query.queryKey, realName) });
    const real = queryClient.getQueryCache().get(queryHash);
    return real?.state.data !== undefined && put(real.state);
  }
  if (what !== "decision" || (outcome !== "allow" && outcome !== "deny")) return false;
  const place = { action: action ?? "", kind: kind ?? "", id: id ?? "" };
  return put({ data: simulatedDecision(outcome, place), dataUpdatedAt: Date.now(), status: "success" });
}

/** Returns the outcome of a query's check or plan. */
function resultOf({ queryKey }: Query, scenario: Scenario): Outcome | null {
  const [, , what, kind, id, action] = queryKey.map(String);
  return what === "plan" ? scenario.all : outcomeOf(scenario, { action: action ?? "", kind: kind ?? "", id: id ?? "" });
}

function queriesOf(queryClient: QueryClient, pdpName: string): Query[] {
  const ours = queryClient.getQueryCache().findAll({ queryKey: [KEY_PREFIX] });
  return ours.filter(({ queryKey }) => queryKey[NAME_AT] === pdpName);
}

function keyWith(queryKey: readonly unknown[], pdpName: string): readonly unknown[] {
  return queryKey.with(NAME_AT, pdpName);
}
