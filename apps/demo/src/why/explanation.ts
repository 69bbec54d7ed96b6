import { type Decision, type Plan, type Resource } from "@kinde-cerbos/core";
import { type ActionPolicy, type PolicyPart, type PolicyRule } from "../../data/policy-rule.ts";
import { type Requirement, waysOf } from "./requirements.ts";

/** What is known of a decision. Everything in it comes from Cerbos or from the policy that it names. */
export interface Known {
  /** With its metadata. */
  readonly decision: Decision;
  /** The roles of the principal, as they were sent. */
  readonly roles: readonly string[];
  /** What the policy says about the action; `null` if it is not in the folder of the policies. */
  readonly policy: ActionPolicy | null;
  /** The plan for the same action, by the same PDP. */
  readonly plan: Plan;
  readonly resource: Resource;
}

/** Why a decision is as it is. */
export interface Explanation {
  readonly allowed: boolean;
  /** The policy that decided, as Cerbos names it; `null` if it has none for this kind of resource. */
  readonly matchedPolicy: string | null;
  /** What the rules say themselves. */
  readonly said: readonly string[];
  /** What is wrong with the attributes. It can deny everything. */
  readonly schemaErrors: readonly string[];
  /** The rules that name the action; `null` if the policy could not be read. */
  readonly rules: readonly ExplainedRule[] | null;
  /**
   * What a resource must be like so that the user may do it, in each way that there is. Empty if it does not depend on the resource. `null` if Cerbos' plan does not fit its decision, so it explains
   * nothing.
   */
  readonly ways: readonly (readonly Requirement[])[] | null;
}

/** A rule, and what became of it. */
export interface ExplainedRule {
  readonly rule: PolicyRule;
  /** The derived roles of the rule that the user has on this resource. */
  readonly held: readonly PolicyPart[];
  /**
   * `not_for_user`: the user has none of its roles here. `condition_failed`: the user has one, and its condition did not
   * hold. `unknown`: Cerbos does not say whether it applied.
   */
  readonly verdict: "not_for_user" | "condition_failed" | "unknown";
}

const NO_MATCH = "NO_MATCH";

/** Explains a decision. What does not follow from what Cerbos has said is `unknown`: nothing is guessed. */
export function explain({ decision, roles, policy, plan, resource }: Known): Explanation {
  const { allowed, metadata, outputs, validationErrors } = decision;
  const matched = metadata?.matchedPolicy;
  return {
    allowed,
    matchedPolicy: matched === undefined || matched === NO_MATCH ? null : matched,
    said: [...new Set(outputs.flatMap(({ value }) => reasonIn(value)))],
    schemaErrors: validationErrors.map(({ path, message }) => `${path}: ${message}`),
    rules: policy && metadata ? explainRules(policy, decision, roles, metadata.effectiveDerivedRoles) : null,
    ways: waysOf(plan, resource, allowed),
  };
}

function explainRules(
  { rules }: ActionPolicy,
  { allowed, validationErrors }: Decision,
  roles: readonly string[],
  derived: readonly string[],
): ExplainedRule[] {
  const explained = rules.map((rule) => {
    const held = rule.derivedRoles.filter(({ name }) => derived.includes(name));
    const isForUser = held.length > 0 || rule.roles.some((role) => role === "*" || roles.includes(role));
    return { rule, held, isForUser };
  });
  // A rule that denies hides whether the others would have allowed it.
  const mayBeDenied = explained.some(({ rule, isForUser }) => rule.effect === "deny" && isForUser);
  return explained.map(({ rule, held, isForUser }) => {
    // A PDP that refuses the attributes has looked at no rule.
    if (validationErrors.length > 0) return { rule, held, verdict: "unknown" };
    const isCertain = !allowed && !mayBeDenied && rule.condition !== "";
    return { rule, held, verdict: !isForUser ? "not_for_user" : isCertain ? "condition_failed" : "unknown" };
  });
}

/** What a rule's output says to people: a text, or an object with a `reason`. */
function reasonIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  const isObject = typeof value === "object" && value !== null;
  return isObject && "reason" in value && typeof value.reason === "string" ? [value.reason] : [];
}
