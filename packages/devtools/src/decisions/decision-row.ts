import { type Decision } from "@kinde-cerbos/core";
import { type InspectedProvider, isRefused, KEY_PREFIX } from "@kinde-cerbos/react/internal";
import { type Query } from "@tanstack/react-query";

/** A row of the decision list: a decision, or a check in flight. */
export interface DecisionRow {
  /** Hash of its query, unique among the rows. */
  readonly hash: string;
  readonly kind: string;
  readonly id: string;
  readonly action: string;
  /** Canonical JSON of the whole resource. */
  readonly resourceKey: string;
  readonly state: "allowed" | "denied" | "pending" | "error";
  readonly isFetching: boolean;
  /** Whether it was stale when it was read, because of its age or because it was invalidated. */
  readonly isStale: boolean;
  /** When it becomes stale, in ms since the epoch; `null` if no component has a `staleTime`. */
  readonly staleAt: number | null;
  /** Whether a mounted component uses it. */
  readonly isOnScreen: boolean;
  /** When it was answered, in ms since the epoch; 0 if not yet. */
  readonly updatedAt: number;
  readonly decision: Decision | null;
  /** Why there is no decision, or why the current one could not be confirmed. */
  readonly error: Error | null;
}

/** Returns the cached decisions of a provider's current session and PDP. */
export function rowsOf({ queryClient, session, pdpName }: InspectedProvider): readonly DecisionRow[] {
  const queries = queryClient.getQueryCache().findAll({ queryKey: [KEY_PREFIX, session.id, "decision"] });
  return queries.filter(({ queryKey }) => queryKey[7] === pdpName).map(rowOf);
}

function rowOf(query: Query): DecisionRow {
  const { queryHash, queryKey, state } = query;
  const [, , , kind, id, action, resourceKey] = queryKey.map(String);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are those of decisions
  const decision = isRefused(query) ? null : ((state.data as Decision | undefined) ?? null);
  return {
    hash: queryHash,
    kind: kind ?? "",
    id: id ?? "",
    action: action ?? "",
    resourceKey: resourceKey ?? "",
    state: decision ? (decision.allowed ? "allowed" : "denied") : state.error ? "error" : "pending",
    isFetching: state.fetchStatus === "fetching",
    isStale: query.isStale(),
    staleAt: staleAtOf(query),
    isOnScreen: query.getObserversCount() > 0,
    updatedAt: state.dataUpdatedAt,
    decision,
    error: state.error,
  };
}

/** Returns when the decision becomes stale, by the shortest `staleTime` of its components. */
function staleAtOf(query: Query): number | null {
  const times = query.observers.map(({ options: { staleTime } }) =>
    Number(typeof staleTime === "function" ? staleTime(query) : staleTime),
  );
  const known = times.filter((time) => time >= 0);
  return known.length > 0 ? query.state.dataUpdatedAt + Math.min(...known) : null;
}
