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

/** A condition in a policy, and its result. */
export interface TracedCondition {
  /** The expression, in CEL. */
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
  /** The roles it applies to. One of these or of {@link derivedRoles} is enough. */
  readonly roles: readonly string[];
  readonly derivedRoles: readonly string[];
  /**
   * `no_role`: the user has none of its roles. `condition`: its condition is not met. `error`: its condition failed.
   * `not_evaluated`: Cerbos decided without it.
   */
  readonly outcome: "matched" | "no_role" | "condition" | "error" | "not_evaluated";
  /** The condition as written in the policy; empty if there is none, or it could not be read. */
  readonly condition: string;
  /** The parts of the condition that were evaluated. */
  readonly conditions: readonly TracedCondition[];
}

/** A derived role that a policy uses. */
export interface TracedRole {
  readonly name: string;
  readonly place: PolicyPlace | null;
  readonly isActive: boolean;
  /** Its parent roles if the user has none of them, otherwise empty. */
  readonly missingRoles: readonly string[];
  readonly conditions: readonly TracedCondition[];
}

/** How Cerbos came to its decision on an action. */
export interface Trace {
  readonly allowed: boolean;
  /** The rules for the action, sorted by name. */
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

/** The principal of a trace, and the policies that it was made with. */
export interface TraceContext {
  readonly policies: readonly PolicySource[];
  readonly principal: { readonly id: string; readonly roles: readonly string[] };
}

/**
 * Reads Cerbos' trace of one action, from `engineTraceBatch` in a report of `cerbos compile`. Cerbos evaluates a rule
 * once for all actions of a request, and traces it only then, so each action needs a request of its own. Most rules for
 * roles that the principal lacks are not in the trace: they are read from the policies.
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
  const userRoles = withParentRoles(policies, principal.roles);
  const hasRole = (role: string): boolean => role === "*" || userRoles.has(role);
  const definitions = derivedRolesByTraceName(policies);
  const derivedRoles = [...roles].map(([key, events]): TracedRole => {
    const definition = definitions.get(key);
    const parents = definition?.parentRoles ?? [];
    return {
      name: nameIn(key),
      place: placeOf(definition),
      isActive: events.some(isMet),
      missingRoles: parents.some(hasRole) ? [] : parents,
      conditions: conditionsOf(events),
    };
  });
  const active = new Set(derivedRoles.filter(({ isActive }) => isActive).map(({ name }) => name));
  const isForUser = (rule: PolicyRule): boolean =>
    rule.roles.some(hasRole) || rule.derivedRoles.some(({ name }) => active.has(name));

  const describe = (key: string): Description => {
    // If two rules have the same name, the trace does not say which one it means.
    const [rule, second] = [...own, ...others].filter(({ scope, id }) => ruleKey(scope, id) === key);
    if (rule && !second) return writtenRule(rule);
    return nameIn(key) === "" ? roleLimit(policies, userRoles) : unknownRule(key);
  };
  const traced = [...rules].map(([key, events]) =>
    tracedRule(describe(key), { outcome: outcomeOf(events), conditions: conditionsOf(events) }),
  );
  const untraced = own
    .filter((rule) => !rules.has(ruleKey(rule.scope, rule.id)))
    .map((rule) =>
      tracedRule(writtenRule(rule), { outcome: isForUser(rule) ? "not_evaluated" : "no_role", conditions: [] }),
    );
  return {
    allowed,
    rules: sorted([...traced, ...untraced]),
    derivedRoles: sorted(derivedRoles),
    variables,
  };
}

type Result = Pick<TracedRule, "outcome" | "conditions">;
type Description = Omit<TracedRule, keyof Result>;

function tracedRule(description: Description, result: Result): TracedRule {
  return { ...description, ...result };
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

/** A policy for a role denies what it does not list. The trace then has a rule without a name. */
function roleLimit(policies: readonly PolicySource[], userRoles: ReadonlySet<string>): Description {
  const found = rolePolicies(policies, [...userRoles]);
  const roles = [...new Set(found.map(({ name }) => name))];
  const [only = null] = found.length === 1 ? found : [];
  const name = `policy for the role ${roles.join(" or ")}`;
  return { name, place: placeOf(only), effect: "deny", roles, derivedRoles: [], condition: "" };
}

function placeOf(part: PolicyPart | null | undefined): PolicyPlace | null {
  return part ? { file: part.file, line: part.line } : null;
}

/** A rule's key: the scope of its policy, which never has a space, and its name. */
function ruleKey(scope: string, id: string): string {
  return `${scope} ${id}`;
}

function nameIn(key: string): string {
  return key.slice(key.indexOf(" ") + 1);
}

/** Sorted by name, because Cerbos' own order differs from run to run. */
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
 * Cerbos evaluates a rule for several derived roles once for each of them, and one match is enough. It does so again for
 * each further role of the principal, and then always reports "Condition not satisfied", even if the principal has none
 * of the derived roles.
 */
function outcomeOf(events: readonly TraceEvent[]): TracedRule["outcome"] {
  if (events.some(isMet)) return "matched";
  const hasError = ({ path, event }: TraceEvent): boolean =>
    path.length === 0 && textOf(event["message"]).startsWith("Error");
  if (events.some(hasError)) return "error";
  const isForOthers = events.some(({ event }) => textOf(event["message"]).startsWith("No matching"));
  return isForOthers && !events.some(isOfCondition) ? "no_role" : "condition";
}

/** Whether the event says that the whole condition is met. No condition counts as one that is met. */
function isMet(traced: TraceEvent): boolean {
  return isOfCondition(traced) && traced.event["result"] === true;
}

/** Whether the event is about the whole condition, and not a part of it. */
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

/** Cerbos cannot write every value as JSON. In place of such a value, it writes an error message. */
function isShown(result: unknown): boolean {
  return result !== undefined && !(typeof result === "string" && result.startsWith("<failed to marshal"));
}

function add(map: Map<string, TraceEvent[]>, key: string, event: TraceEvent): void {
  const events = map.get(key) ?? [];
  events.push(event);
  map.set(key, events);
}
