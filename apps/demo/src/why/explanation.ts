import { type Decision, type Plan, type Resource } from "@kinde-cerbos/core";
import { type ActionPolicy, type PolicyPart, type PolicyPlace, type PolicyRule } from "../../data/policy-rule.ts";
import { type Requirement, waysOf } from "./requirements.ts";

/** The known facts about a decision. All of them come from Cerbos or from the policy that it names. */
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
  /** Where that policy is, if it is one for this principal or for a role; `null` for every other. */
  readonly exception: PolicyPlace | null;
  /** The rules' own explanations, from their outputs. */
  readonly explanations: readonly string[];
  /** Errors in the attributes. They can deny everything. */
  readonly schemaErrors: readonly string[];
  /** The rules that name the action; `null` if the policy could not be read. */
  readonly rules: readonly ExplainedRule[] | null;
  /**
   * What the resource must be for the action to be allowed, in each possible way. Empty if Cerbos' plan says that it
   * does not depend on the resource. `null` if the plan explains nothing: it does not fit the decision, or leaves out
   * the part that decided.
   */
  readonly ways: readonly (readonly Requirement[])[] | null;
}

/** A rule, and its result. */
export interface ExplainedRule {
  readonly rule: PolicyRule;
  /** The derived roles of the rule that the user has on this resource. */
  readonly held: readonly PolicyPart[];
  /**
   * `not_for_user`: the user has none of its roles here. `condition_failed`: the user has one, and its condition did
   * not hold. `denies`: it denies every user with such a role, without a condition. `unknown`: Cerbos does not say
   * whether it applied.
   */
  readonly verdict: "not_for_user" | "condition_failed" | "denies" | "unknown";
}

const NO_MATCH = "NO_MATCH";

/** Explains a decision. Anything that does not follow from Cerbos' answers is `unknown`: nothing is guessed. */
export function explain({ decision, roles, policy, plan, resource }: Known): Explanation {
  const { allowed, metadata, outputs, validationErrors } = decision;
  const matched = metadata?.matchedPolicy;
  const isException = policy !== null && policy.kind !== "resource";
  const ways = waysOf(plan, resource, allowed);
  const known = { decision, roles, ways, derived: metadata?.effectiveDerivedRoles ?? [] };
  return {
    allowed,
    matchedPolicy: matched === undefined || matched === NO_MATCH ? null : matched,
    exception: isException ? { file: policy.file, line: policy.line } : null,
    explanations: [...new Set(outputs.flatMap(({ value }) => reasonIn(value)))],
    schemaErrors: validationErrors.map(({ path, message }) => `${path}: ${message}`),
    rules: policy && metadata && !isException ? explainRules(policy, known) : null,
    // Plans leave out the policies of principals.
    ways: isException ? null : ways,
  };
}

interface KnownOfRules extends Pick<Known, "decision" | "roles">, Pick<Explanation, "ways"> {
  /** The derived roles that the user has on this resource. */
  readonly derived: readonly string[];
}

function explainRules(policy: ActionPolicy, { decision, roles, derived, ways }: KnownOfRules): ExplainedRule[] {
  const { rules, rolePolicies, needsConsent } = policy;
  // A PDP that refuses the attributes has looked at no rule. The policy of a role gives rights, and limits them.
  const isUnknown = decision.validationErrors.length > 0 || roles.some((role) => rolePolicies.includes(role));
  const explained = rules.map((rule) => {
    const held = rule.derivedRoles.filter(({ name }) => derived.includes(name));
    const isForUser = held.length > 0 || rule.roles.some((role) => role === "*" || roles.includes(role));
    return { rule, held, isForUser };
  });
  // A rule that denies hides whether the others would have allowed it, and ends the search in parent scopes.
  const mayBeDenied = explained.some(({ rule, isForUser }) => rule.effect === "deny" && isForUser);
  // With strict evaluation, an error in the condition of any rule or derived role denies, whatever the others say. The
  // plan has to agree that no way is open.
  const isClosed = ways !== null && ways.every((way) => way.some(({ holds }) => holds === false));
  const isCertain = !decision.allowed && !mayBeDenied && !needsConsent && isClosed;
  const verdictOf = ({ rule, isForUser }: (typeof explained)[number]): ExplainedRule["verdict"] => {
    if (isUnknown) return "unknown";
    if (!isForUser) return mayBeDenied && rule.scope !== rules[0]?.scope ? "unknown" : "not_for_user";
    if (rule.condition === "") return rule.effect === "deny" && !decision.allowed ? "denies" : "unknown";
    return isCertain ? "condition_failed" : "unknown";
  };
  return explained.map((one) => ({ rule: one.rule, held: one.held, verdict: verdictOf(one) }));
}

/** The text for people in a rule's output: the output itself, or its `reason`. */
function reasonIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  const isObject = typeof value === "object" && value !== null;
  return isObject && "reason" in value && typeof value.reason === "string" ? [value.reason] : [];
}
