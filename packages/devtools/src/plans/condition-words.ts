import { type PlanCondition } from "@kinde-cerbos/core";

/** What joins several conditions, in words. */
const JOINERS: ReadonlyMap<string, string> = new Map([
  ["and", "all of"],
  ["or", "any of"],
  ["not", "not"],
]);

/** What compares two values, in words. */
const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ["eq", "equals"],
  ["ne", "does not equal"],
  ["lt", "is less than"],
  ["le", "is at most"],
  ["gt", "is greater than"],
  ["ge", "is at least"],
  ["in", "is one of"],
  ["startsWith", "starts with"],
  ["endsWith", "ends with"],
  ["contains", "contains"],
  ["matches", "matches the pattern"],
  ["hasIntersection", "has an item in common with"],
  ["intersects", "has an item in common with"],
  ["isSubset", "is a subset of"],
]);

/** The name of an operator with parts of its own, in words if there are any: `and` is `all of`. */
export function operatorWords(operator: string): string {
  return JOINERS.get(operator) ?? COMPARISONS.get(operator) ?? operator;
}

/** A comparison of two plain values; `null` for any other condition. */
export interface Comparison {
  readonly left: string;
  readonly words: string;
  readonly right: string;
}

/** A condition as one comparison, if it is no more than that. */
export function comparisonOf(condition: PlanCondition): Comparison | null {
  if (!("operator" in condition)) return null;
  const [left, right, more] = condition.operands.map(leafText);
  const words = COMPARISONS.get(condition.operator);
  return words !== undefined && left && right && more === undefined ? { left, words, right } : null;
}

/** A variable or a value as text; an empty text for anything else. */
export function leafText(condition: PlanCondition): string {
  if ("variable" in condition) return condition.variable;
  return "value" in condition ? JSON.stringify(condition.value) : "";
}
