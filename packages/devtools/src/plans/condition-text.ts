import { type PlanCondition } from "@kinde-cerbos/core";
import { leafText } from "./condition-words.ts";

/** The operators that CEL writes between their operands, and how strongly each one binds. */
const INFIX: ReadonlyMap<string, readonly [symbol: string, strength: number]> = new Map([
  ["or", ["||", 1]],
  ["and", ["&&", 2]],
  ["eq", ["==", 3]],
  ["ne", ["!=", 3]],
  ["lt", ["<", 3]],
  ["le", ["<=", 3]],
  ["gt", [">", 3]],
  ["ge", [">=", 3]],
  ["in", ["in", 3]],
  ["add", ["+", 4]],
  ["sub", ["-", 4]],
  ["mult", ["*", 5]],
  ["div", ["/", 5]],
  ["mod", ["%", 5]],
]);

/** How strongly what stands before its operand binds. */
const PREFIX = 6;

/** A condition as an expression in CEL, which policies are written in. What has no form of its own is a function. */
export function conditionText(condition: PlanCondition): string {
  if (!("operator" in condition)) return leafText(condition);
  const { operator, operands } = condition;
  const infix = infixOf(condition);
  if (infix) {
    const [symbol, strength] = infix;
    return operands.map((operand) => operandText(operand, strength)).join(` ${symbol} `);
  }
  const [first] = operands;
  if (operator === "not" && first && operands.length === 1) return `!${operandText(first, PREFIX)}`;
  const parts = operands.map(conditionText).join(", ");
  return operator === "list" ? `[${parts}]` : `${operator}(${parts})`;
}

/** An operand, in parentheses if it binds no stronger than what it is an operand of. */
function operandText(operand: PlanCondition, strength: number): string {
  const [, own = PREFIX + 1] = infixOf(operand) ?? [];
  return own > strength ? conditionText(operand) : `(${conditionText(operand)})`;
}

function infixOf(condition: PlanCondition): readonly [symbol: string, strength: number] | undefined {
  if (!("operator" in condition) || condition.operands.length < 2) return undefined;
  return INFIX.get(condition.operator);
}
