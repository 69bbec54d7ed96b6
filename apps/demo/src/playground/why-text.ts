import type { Trace, TracedRole, TracedRule } from "../../server/playground/trace.ts";

/** The rules that made the decision what it is. */
export function decidingRules({ allowed, rules }: Trace): readonly TracedRule[] {
  return rules.filter(({ outcome, effect }) => outcome === "matched" && effect === (allowed ? "allow" : "deny"));
}

/** The decision, in one sentence. */
export function headline(trace: Trace): string {
  const { allowed, rules, derivedRoles } = trace;
  const isDecided = decidingRules(trace).length > 0;
  if (allowed) return isDecided ? "Allowed by a rule." : "Allowed.";
  if (rules.length === 0) return "Denied: no rule names this action.";
  if (isDecided) return "Denied by a rule.";
  const conditions = [...rules, ...derivedRoles].flatMap((part) => part.conditions);
  if (rules.some(({ outcome }) => outcome === "error") || conditions.some(({ result }) => result === null)) {
    return "Denied: a condition failed with an error.";
  }
  // A rule that is met, and does not decide, is for another scope, or of a policy that could not be read.
  const mayAllow = rules.some(({ outcome, effect }) => outcome === "matched" || effect === "unknown");
  return mayAllow ? "Denied." : "Denied: no rule allows it.";
}

const VERBS = { allow: "allows it", deny: "denies it", unknown: "names this action" } as const;
const WOULD = { allow: "would allow it", deny: "would deny it", unknown: "names this action" } as const;

/** The result of a rule, to be read after its name. */
export function outcomeText(rule: TracedRule, { allowed }: Trace, person: string): string {
  const { outcome, effect, roles, derivedRoles } = rule;
  switch (outcome) {
    case "matched":
      if (effect === "deny" && allowed) return `denies it for ${listOf(roles, derivedRoles)}. Another role allows it.`;
      if (effect === "allow" && !allowed) return "would allow it, but something else denies it.";
      return `${VERBS[effect]}.`;
    case "no_role":
      if (roles.length + derivedRoles.length === 0) return `does not apply to ${person}.`;
      return `${VERBS[effect]} only for ${listOf(roles, derivedRoles)}, which ${person} does not have here.`;
    case "condition":
      return `${WOULD[effect]}, but its condition is not met.`;
    case "error":
      return "could not be evaluated: its condition failed with an error.";
    case "not_evaluated":
      return "was not evaluated: Cerbos decided without it.";
  }
}

/** The result of a derived role, to be read after its name. */
export function roleText({ isActive, missingRoles }: TracedRole, person: string): string {
  if (isActive) return "applies.";
  if (missingRoles.length === 0) return "does not apply.";
  return `does not apply: it is for ${listOf(missingRoles, [])}, which ${person} does not have.`;
}

function listOf(roles: readonly string[], derivedRoles: readonly string[]): string {
  const plain = roles.length > 0 ? [`role ${roles.join(" or ")}`] : [];
  return [...plain, ...derivedRoles].join(" or ");
}
