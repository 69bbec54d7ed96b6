import { type Fields, fieldsOf, isName, textOf } from "@kinde-cerbos/core/internal";
import { listOf } from "./cerbos-compile.ts";
import { type Place, type PolicyPlaces, ruleKey } from "./policy-places.ts";

/** A condition in a policy, and what came of it. */
export interface TracedCondition {
  /** As it is written, in CEL. */
  readonly expr: string;
  /** `null` if it failed with an error. */
  readonly result: boolean | null;
}

/** A rule that Cerbos looked at. */
export interface TracedRule {
  readonly name: string;
  readonly place: Place | null;
  readonly effect: string;
  /** The derived roles that it is for, any of which is enough; empty if it is for roles of the principal. */
  readonly derivedRoles: readonly string[];
  /** `no_role`: it is for others. `condition`: its condition is not met. `error`: its condition failed. */
  readonly outcome: "matched" | "no_role" | "condition" | "error";
  /** Those that were evaluated. */
  readonly conditions: readonly TracedCondition[];
}

/** A derived role that a policy uses. */
export interface TracedRole {
  readonly name: string;
  readonly place: Place | null;
  readonly isActive: boolean;
  readonly conditions: readonly TracedCondition[];
}

/** How Cerbos came to its decision on an action. */
export interface Trace {
  readonly allowed: boolean;
  /** Those for the action, by name. */
  readonly rules: readonly TracedRule[];
  readonly derivedRoles: readonly TracedRole[];
  /** The variables that were computed, if they can be shown. */
  readonly variables: { readonly [name: string]: unknown };
}

/** An event of the engine, and the parts of the policies that it is about, outermost first. */
interface TraceEvent {
  readonly path: readonly Fields[];
  readonly event: Fields;
}

/** Reads what Cerbos' engine traced of an action: the field `engineTraceBatch` in reports of `cerbos compile`. */
export function readTrace(batch: unknown, action: string, places: PolicyPlaces): Trace {
  const events = eventsOf(fieldsOf(batch));
  const rules = new Map<string, TraceEvent[]>();
  const roles = new Map<string, TraceEvent[]>();
  const variables: { [name: string]: unknown } = {};
  let allowed = false;
  for (const { path, event } of events) {
    const [policy = {}, second = {}, , fourth = {}] = path;
    const last = fieldsOf(path.at(-1)?.["variable"]);
    if (isName(last["name"]) && isShown(event["result"])) variables[last["name"]] = event["result"];
    if (isName(second["derivedRole"])) {
      add(roles, ruleKey(textOf(policy["policy"]), second["derivedRole"]), { path: path.slice(2), event });
    }
    if (second["action"] !== action) continue;
    if (isName(fourth["rule"])) {
      add(rules, ruleKey(textOf(policy["policy"]), fourth["rule"]), { path: path.slice(4), event });
    } else if (isName(event["effect"])) allowed = event["effect"] === "EFFECT_ALLOW";
  }
  return {
    allowed,
    rules: sorted(rules).map(([key, told]) => {
      const place = places.rules.get(key);
      return {
        name: nameIn(key),
        place: place ? { file: place.file, line: place.line } : null,
        effect: place?.effect ?? "",
        derivedRoles: place?.derivedRoles ?? [],
        outcome: outcomeOf(told),
        conditions: conditionsOf(told),
      };
    }),
    derivedRoles: sorted(roles).map(([key, told]) => ({
      name: nameIn(key),
      place: places.derivedRoles.get(key) ?? null,
      isActive: told.some(isMet),
      conditions: conditionsOf(told),
    })),
    variables,
  };
}

/** Cerbos looks at them in an order that differs each time. */
function sorted(map: ReadonlyMap<string, TraceEvent[]>): [string, TraceEvent[]][] {
  return [...map].toSorted(([one], [other]) => one.localeCompare(other));
}

function eventsOf({ definitions, entries }: Fields): TraceEvent[] {
  const parts = listOf(definitions);
  return listOf(entries).map(({ componentIndices, event }) => ({
    path: Array.isArray(componentIndices) ? componentIndices.map((index) => parts[Number(index)] ?? {}) : [],
    event: fieldsOf(event),
  }));
}

/**
 * A rule for several derived roles is looked at once for each of them: one that holds is enough. It is looked at again
 * for each further role of the principal, and Cerbos then says "Condition not satisfied" in any case.
 */
function outcomeOf(events: readonly TraceEvent[]): TracedRule["outcome"] {
  if (events.some(isMet)) return "matched";
  const hasError = ({ path, event }: TraceEvent): boolean =>
    path.length === 0 && textOf(event["message"]).startsWith("Error");
  if (events.some(hasError)) return "error";
  return events.some(isOfCondition) ? "condition" : "no_role";
}

/** Whether this says that the condition as a whole is met; one that is not written is. */
function isMet(told: TraceEvent): boolean {
  return isOfCondition(told) && told.event["result"] === true;
}

/** Whether it is about the condition as a whole, and not about a part of it. */
function isOfCondition({ path }: TraceEvent): boolean {
  return path[0]?.["kind"] === "KIND_CONDITION" && path.length <= 2;
}

function conditionsOf(events: readonly TraceEvent[]): TracedCondition[] {
  const conditions = new Map<string, TracedCondition>();
  for (const { path, event } of events) {
    const expr = path.at(-1)?.["expr"];
    if (path[0]?.["kind"] !== "KIND_CONDITION" || !isName(expr)) continue;
    const result = isName(event["error"]) || typeof event["result"] !== "boolean" ? null : event["result"];
    conditions.set(expr, { expr, result });
  }
  return [...conditions.values()];
}

/** Cerbos cannot write each value as JSON, and says so in its place. */
function isShown(result: unknown): boolean {
  return result !== undefined && !(typeof result === "string" && result.startsWith("<failed to marshal"));
}

function nameIn(key: string): string {
  return key.slice(key.indexOf(" ") + 1);
}

function add(map: Map<string, TraceEvent[]>, key: string, event: TraceEvent): void {
  const events = map.get(key) ?? [];
  events.push(event);
  map.set(key, events);
}
