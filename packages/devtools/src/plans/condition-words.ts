import { type PlanCondition } from "@kinde-cerbos/core";

/** Names of the operators that join conditions. */
const JOINERS: ReadonlyMap<string, string> = new Map([
  ["and", "all of"],
  ["or", "any of"],
  ["not", "not"],
]);

/** Names of the operators that compare two values. */
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

/** Returns the name of an operator in words if it has one: `and` is `all of`. */
export function operatorWords(operator: string): string {
  return JOINERS.get(operator) ?? COMPARISONS.get(operator) ?? operator;
}

/** A comparison of two plain values; `null` for any other condition. */
export interface Comparison {
  readonly left: string;
  readonly words: string;
  readonly right: string;
}

/** Returns a condition as one comparison; `null` if it is anything else. */
export function comparisonOf(condition: PlanCondition): Comparison | null {
  if (!("operator" in condition)) return null;
  const [left, right, more] = condition.operands.map(leafText);
  const words = COMPARISONS.get(condition.operator);
  return words !== undefined && left && right && more === undefined ? { left, words, right } : null;
}

/** Returns a variable or value as text; an empty string for anything else. */
export function leafText(condition: PlanCondition): string {
  if ("variable" in condition) return condition.variable;
  return "value" in condition ? JSON.stringify(condition.value) : "";
}
