import { type Fields, fieldsOf, isName, textOf } from "@kinde-cerbos/core/internal";
import { type PolicyPart, type PolicyPlace, type PolicyRule } from "../../data/policy-rule.ts";
import {
  actionPolicyIn,
  derivedRolesByTraceName,
  principalRules,
  rolePolicies,
  withParentRoles,
} from "../action-policy.ts";
import { type PolicySource } from "../policy-files.ts";
import { listOf } from "./cerbos-compile.ts";

/** A condition in a policy, and what came of it. */
export interface TracedCondition {
  /** As it is written, in CEL. */
  readonly expr: string;
  /** `null` if it failed with an error. */
  readonly result: boolean | null;
}

/** A rule for the action. */
export interface TracedRule {
  readonly name: string;
  readonly place: PolicyPlace | null;
  /** `unknown` if it is not among the policies that could be read. */
  readonly effect: PolicyRule["effect"] | "unknown";
  /** Roles of the principal that it is for, any of which is enough, as is one of {@link derivedRoles}. */
  readonly roles: readonly string[];
  readonly derivedRoles: readonly string[];
  /**
   * `no_role`: it is for others. `condition`: its condition is not met. `error`: its condition failed. `not_evaluated`:
   * Cerbos decided without it.
   */
  readonly outcome: "matched" | "no_role" | "condition" | "error" | "not_evaluated";
  /** The condition as it is written; empty for none, or if it could not be read. */
  readonly condition: string;
  /** The parts of it that were evaluated. */
  readonly conditions: readonly TracedCondition[];
}

/** A derived role that a policy uses. */
export interface TracedRole {
  readonly name: string;
  readonly place: PolicyPlace | null;
  readonly isActive: boolean;
  /** The roles that it is for, if the user has none of them. */
  readonly missingRoles: readonly string[];
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

/** Whom a trace is about, and by which policies. */
export interface TraceContext {
  readonly policies: readonly PolicySource[];
  readonly principal: { readonly id: string; readonly roles: readonly string[] };
}

/**
 * Reads what Cerbos' engine traced of an action: the field `engineTraceBatch` in reports of `cerbos compile`. Cerbos
 * evaluates a rule once for all actions of a request, and is silent of it after that: trace each action in a request of
 * its own. It is silent of most rules for roles that the principal lacks, too: they come from the policies.
 */
export function readTrace(batch: unknown, action: string, { policies, principal }: TraceContext): Trace {
  const rules = new Map<string, TraceEvent[]>();
  const roles = new Map<string, TraceEvent[]>();
  const variables: { [name: string]: unknown } = {};
  let allowed = false;
  let policyName = "";
  for (const { path, event } of eventsOf(fieldsOf(batch))) {
    const [policy = {}, second = {}, third = {}, fourth = {}] = path;
    const last = fieldsOf(path.at(-1)?.["variable"]);
    if (isName(last["name"]) && isShown(event["result"])) variables[last["name"]] = event["result"];
    if (isName(second["derivedRole"])) {
      add(roles, `${textOf(policy["policy"])} ${second["derivedRole"]}`, { path: path.slice(2), event });
    }
    if (second["action"] !== action) continue;
    policyName ||= textOf(policy["policy"]).replace(/^cerbos\./, "");
    if (fourth["rule"] !== undefined) {
      add(rules, ruleKey(textOf(third["scope"]), textOf(fourth["rule"])), { path: path.slice(4), event });
    } else if (isName(event["effect"])) allowed = event["effect"] === "EFFECT_ALLOW";
  }
  const own = actionPolicyIn(policies, policyName, action)?.rules ?? [];
  const others = principalRules(policies, principal.id);
  const held = withParentRoles(policies, principal.roles);
  const isHeld = (role: string): boolean => role === "*" || held.has(role);
  const definitions = derivedRolesByTraceName(policies);
  const derivedRoles = [...roles].map(([key, told]): TracedRole => {
    const definition = definitions.get(key);
    const parents = definition?.parentRoles ?? [];
    return {
      name: nameIn(key),
      place: placeOf(definition),
      isActive: told.some(isMet),
      missingRoles: parents.some(isHeld) ? [] : parents,
      conditions: conditionsOf(told),
    };
  });
  const active = new Set(derivedRoles.filter(({ isActive }) => isActive).map(({ name }) => name));
  const isForUser = (rule: PolicyRule): boolean =>
    rule.roles.some(isHeld) || rule.derivedRoles.some(({ name }) => active.has(name));

  const describe = (key: string): Description => {
    // Two rules of one name: it is not known which of them this is.
    const [rule, second] = [...own, ...others].filter(({ scope, id }) => ruleKey(scope, id) === key);
    if (rule && !second) return writtenRule(rule);
    return nameIn(key) === "" ? roleLimit(policies, held) : unknownRule(key);
  };
  const traced = [...rules].map(([key, told]) =>
    tracedRule(describe(key), { outcome: outcomeOf(told), conditions: conditionsOf(told) }),
  );
  const silent = own
    .filter((rule) => !rules.has(ruleKey(rule.scope, rule.id)))
    .map((rule) =>
      tracedRule(writtenRule(rule), { outcome: isForUser(rule) ? "not_evaluated" : "no_role", conditions: [] }),
    );
  return {
    allowed,
    rules: sorted([...traced, ...silent]),
    derivedRoles: sorted(derivedRoles),
    variables,
  };
}

type Became = Pick<TracedRule, "outcome" | "conditions">;
type Description = Omit<TracedRule, keyof Became>;

function tracedRule(description: Description, became: Became): TracedRule {
  return { ...description, ...became };
}

function writtenRule(rule: PolicyRule): Description {
  const { id: name, effect, roles, condition } = rule;
  return {
    name,
    place: placeOf(rule),
    effect,
    roles,
    derivedRoles: rule.derivedRoles.map((role) => role.name),
    condition,
  };
}

function unknownRule(key: string): Description {
  return { name: nameIn(key), place: null, effect: "unknown", roles: [], derivedRoles: [], condition: "" };
}

/** What a policy for a role does not list is denied by a rule that it does not have. */
function roleLimit(policies: readonly PolicySource[], held: ReadonlySet<string>): Description {
  const found = rolePolicies(policies, [...held]);
  const roles = [...new Set(found.map(({ name }) => name))];
  const [only = null] = found.length === 1 ? found : [];
  const name = `policy for the role ${roles.join(" or ")}`;
  return { name, place: placeOf(only), effect: "deny", roles, derivedRoles: [], condition: "" };
}

function placeOf(part: PolicyPart | null | undefined): PolicyPlace | null {
  return part ? { file: part.file, line: part.line } : null;
}

/** A rule by the scope of its policy, and its name. No scope has a space, and no name. */
function ruleKey(scope: string, id: string): string {
  return `${scope} ${id}`;
}

function nameIn(key: string): string {
  return key.slice(key.indexOf(" ") + 1);
}

/** Cerbos looks at them in an order that differs each time. */
function sorted<Named extends { readonly name: string }>(list: readonly Named[]): Named[] {
  return list.toSorted((one, other) => one.name.localeCompare(other.name));
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
 * for each further role of the principal, and Cerbos then says "Condition not satisfied" in any case: also if the
 * principal has none of its derived roles.
 */
function outcomeOf(events: readonly TraceEvent[]): TracedRule["outcome"] {
  if (events.some(isMet)) return "matched";
  const hasError = ({ path, event }: TraceEvent): boolean =>
    path.length === 0 && textOf(event["message"]).startsWith("Error");
  if (events.some(hasError)) return "error";
  const isForOthers = events.some(({ event }) => textOf(event["message"]).startsWith("No matching"));
  return isForOthers && !events.some(isOfCondition) ? "no_role" : "condition";
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

function add(map: Map<string, TraceEvent[]>, key: string, event: TraceEvent): void {
  const events = map.get(key) ?? [];
  events.push(event);
  map.set(key, events);
}
