import { type DecisionRow } from "../src/decisions/decision-row.ts";

/** Returns a row for tests. Default: denied, fresh and on screen. */
export function decisionRow(row: Partial<DecisionRow> = {}): DecisionRow {
  const { action = "view", kind = "document", id = "1", state = "denied" } = row;
  const isAnswered = state === "allowed" || state === "denied";
  return {
    hash: `${kind} ${id} ${action}`,
    kind,
    id,
    action,
    resourceKey: JSON.stringify({ attr: {}, id, kind }),
    state,
    isFetching: false,
    isStale: false,
    staleAt: 30_000,
    isOnScreen: true,
    updatedAt: isAnswered ? 1 : 0,
    decision: isAnswered
      ? { allowed: state === "allowed", action, resource: { kind, id }, outputs: [], validationErrors: [], callId: "c" }
      : null,
    error: null,
    ...row,
  };
}
