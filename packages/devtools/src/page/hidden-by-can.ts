import { type DecisionRow } from "../decisions/decision-row.ts";
import { type ComponentUse } from "./component-use.ts";
import { fieldOf } from "./fiber.ts";
import { type Mark } from "./mark.ts";

/** The states by priority, as in `<Can>`. */
const DECISIVE = {
  all: ["denied", "error", "pending", "allowed"],
  any: ["allowed", "pending", "error", "denied"],
} as const;

/** Returns a mark for each `<Can>` that hides its children, labeled with the checks and their states. */
export function hiddenByCan(uses: readonly ComponentUse[], rows: ReadonlyMap<string, DecisionRow>): readonly Mark[] {
  return uses.flatMap(({ id, canProps, queries, nodes, place }) => {
    if (canProps === null || fieldOf(canProps, "passThrough") === true) return [];
    const shown = queries.flatMap((hash) => rows.get(hash) ?? []);
    // It may use decisions of another provider.
    if (shown.length < queries.length) return [];
    const order = DECISIVE[fieldOf(canProps, "mode") === "any" ? "any" : "all"];
    const state = order.find((one) => shown.some((row) => row.state === one));
    if (state === (fieldOf(canProps, "not") === true ? "denied" : "allowed")) return [];
    const labels = shown.filter((row) => row.state === state).map(labelOf);
    return [
      { key: `hidden-${id}`, look: "hidden", label: labels.join(" · ") || uncheckedLabel(canProps), nodes, place },
    ];
  });
}

function labelOf({ action, kind, id, state }: DecisionRow): string {
  return `${action} ${kind} ${id}: ${state}`;
}

/** Returns the label for a `<Can>` that sends no check, because nobody is signed in or a gate denies. */
function uncheckedLabel(props: unknown): string {
  const resource = fieldOf(props, "resource");
  const parts = [
    fieldOf(props, "action") ?? fieldOf(props, "actions"),
    typeof resource === "string" ? resource : fieldOf(resource, "kind"),
    fieldOf(resource, "id"),
  ];
  return `${parts.filter(Boolean).join(" ")}: denied without a check`;
}
