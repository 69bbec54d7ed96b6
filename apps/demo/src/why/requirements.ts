import { matchesPlan, type Plan, type PlanCondition, type Resource } from "@kinde-cerbos/core";
import { conditionText, operatorWords } from "@kinde-cerbos/devtools/internal";
import { valueText } from "../ui/names.ts";

/** One thing that a resource must be. */
export interface Requirement {
  /** In words: `state is one of draft or in review`. */
  readonly text: string;
  /** Whether this resource is it; `unknown` if this code cannot tell. */
  readonly holds: boolean | "unknown";
  /** The actual value, in words; empty if the requirement is about more than one attribute. */
  readonly actual: string;
}

/** The prefix of the resource's attributes in a plan. */
const ATTRIBUTE = "request.resource.attr.";

/** Attributes whose names say less than these words. */
const WORDS: { readonly [attribute: string]: string } = { orgCode: "organization", ownerId: "owner" };

/**
 * Returns what Cerbos' plan requires of a resource, in each way to be allowed: the way with the fewest missing
 * requirements first. `null` if the plan does not fit the decision, because plans leave some things out.
 */
export function waysOf(plan: Plan, resource: Resource, allowed: boolean): readonly (readonly Requirement[])[] | null {
  if (matchesPlan(plan, resource) === !allowed) return null;
  if (plan.kind !== "CONDITIONAL") return [];
  const ways = partsOf(plan.condition, "or").map((way) => {
    const parts = new Map(partsOf(way, "and").map((part) => [conditionText(part), part]));
    return { keys: [...parts.keys()], parts: [...parts.values()] };
  });
  const needed = ways
    .filter(({ keys }, at) => !ways.some((other, place) => place !== at && isLess(other.keys, keys, place < at)))
    .map(({ parts }) => parts.map((part) => requirementOf(plan, part, resource)));
  return needed.toSorted((a, b) => missingOf(a) - missingOf(b));
}

function missingOf(requirements: readonly Requirement[]): number {
  return requirements.filter(({ holds }) => holds !== true).length;
}

/** Whether one way needs less than another one. Of two that are equal, the first one does. */
function isLess(some: readonly string[], all: readonly string[], isFirst: boolean): boolean {
  return some.every((key) => all.includes(key)) && (some.length < all.length || isFirst);
}

/** The operands of an operator, and of the same operator in them: one condition if it is another one. */
function partsOf(condition: PlanCondition, operator: "and" | "or"): readonly PlanCondition[] {
  if (!("operator" in condition) || condition.operator !== operator) return [condition];
  return condition.operands.flatMap((operand) => partsOf(operand, operator));
}

function requirementOf(
  plan: Extract<Plan, { kind: "CONDITIONAL" }>,
  part: PlanCondition,
  resource: Resource,
): Requirement {
  const holds = matchesPlan({ ...plan, condition: part }, resource);
  const comparison = comparisonIn(part);
  if (!comparison) return { text: conditionText(part), holds, actual: "" };
  const { attribute, operator, value } = comparison;
  const attributes: { readonly [name: string]: unknown } = resource.attr ?? {};
  return {
    text: `${WORDS[attribute] ?? attribute} ${operatorWords(operator)} ${valueText(value)}`,
    holds,
    actual: valueText(attributes[attribute]),
  };
}

/** Operators that say the same from both sides. */
const SYMMETRIC = new Set(["eq", "ne"]);

/** A comparison of an attribute with a value, which some plans have the other way round. */
function comparisonIn(part: PlanCondition): { attribute: string; operator: string; value: unknown } | null {
  if (!("operator" in part)) return null;
  const [left, right] = part.operands;
  if (part.operator === "not" && left && !right) {
    const inner = comparisonIn(left);
    return inner?.operator === "eq" ? { ...inner, operator: "ne" } : null;
  }
  if (!left || !right || part.operands.length > 2) return null;
  const [variable, value] = SYMMETRIC.has(part.operator) && "value" in left ? [right, left] : [left, right];
  if (!("variable" in variable) || !("value" in value) || !variable.variable.startsWith(ATTRIBUTE)) return null;
  return { attribute: variable.variable.slice(ATTRIBUTE.length), operator: part.operator, value: value.value };
}
