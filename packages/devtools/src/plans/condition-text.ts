import { type PlanCondition } from "@kinde-cerbos/core";
import { leafText } from "./condition-words.ts";

/** The infix operators of CEL, with their precedence. */
const INFIX: ReadonlyMap<string, readonly [symbol: string, precedence: number]> = new Map([
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

/** The precedence of prefix operators. */
const PREFIX = 6;

/** Returns a condition as a CEL expression, the language of Cerbos policies. Other operators become function calls. */
export function conditionText(condition: PlanCondition): string {
  if (!("operator" in condition)) return leafText(condition);
  const { operator, operands } = condition;
  const infix = infixOf(condition);
  if (infix) {
    const [symbol, precedence] = infix;
    return operands.map((operand) => operandText(operand, precedence)).join(` ${symbol} `);
  }
  const [first] = operands;
  if (operator === "not" && first && operands.length === 1) return `!${operandText(first, PREFIX)}`;
  const parts = operands.map(conditionText).join(", ");
  return operator === "list" ? `[${parts}]` : `${operator}(${parts})`;
}

/** Returns an operand, in parentheses if its precedence is not higher than that of its operator. */
function operandText(operand: PlanCondition, precedence: number): string {
  const [, own = PREFIX + 1] = infixOf(operand) ?? [];
  return own > precedence ? conditionText(operand) : `(${conditionText(operand)})`;
}

function infixOf(condition: PlanCondition): readonly [symbol: string, precedence: number] | undefined {
  if (!("operator" in condition) || condition.operands.length < 2) return undefined;
  return INFIX.get(condition.operator);
}
