import { type JsonValue } from "../base/canonical-json.ts";
import { type PreparedResource } from "../check/check.ts";
import { countTrue, itemsOf, junction, type Known, member, negate, relate, sizeOf } from "./plan-operators.ts";
import { type PlanCondition } from "./plan.ts";

/** The context in which a condition is evaluated. */
export interface PlanScope {
  readonly resource: PreparedResource;
  /** Whether an error in any part of a condition is an error of the whole condition. */
  readonly strict: boolean;
  /** The variables of the lambdas around the part, by name. */
  readonly bound: ReadonlyMap<string, JsonValue>;
}

/**
 * The value of a part of a condition. As in CEL, an error, such as a missing attribute, is an error of everything that
 * contains it.
 */
export function evaluate(node: PlanCondition, scope: PlanScope): Known {
  if ("value" in node) return node.value;
  if ("variable" in node) return readVariable(node.variable, scope);
  const { operator, operands } = node;
  switch (operator) {
    case "exists":
    case "all": {
      const results = overItems(operands, scope);
      return results && junction(results, operator === "exists", scope.strict);
    }
    case "exists_one": {
      const count = countTrue(overItems(operands, scope));
      return count === undefined ? undefined : count === 1;
    }
    case "size":
      return operands.length === 1 ? evaluateSize(operands[0], scope) : undefined;
    case "eq":
      // Equality of two known values is decided by the planner. One that is left was `in` on a text, an error.
      if (operands.every((operand) => "value" in operand)) return undefined;
  }
  const values = operands.map((operand) => evaluate(operand, scope));
  const [left, right] = values;
  switch (operator) {
    case "and":
    case "or":
      return values.length > 0 ? junction(values, operator === "or", scope.strict) : undefined;
    case "not":
      return values.length === 1 ? negate(left) : undefined;
    default:
      return values.length === 2 && left !== undefined && right !== undefined
        ? relate(operator, left, right)
        : undefined;
  }
}

/**
 * The size of a list. The planner also writes `map(t, condition, t.field)` as a `filter`, so only the length of such a
 * list is known.
 */
function evaluateSize(node: PlanCondition | undefined, scope: PlanScope): Known {
  if (!node) return undefined;
  if ("operator" in node && node.operator === "filter") return countTrue(overItems(node.operands, scope));
  return sizeOf(evaluate(node, scope));
}

/**
 * The prefixes of Cerbos' own variables. A lambda's variable with such a name, or its short form (`R`), would hide
 * them.
 */
const OWN_VARIABLES = /^(request|variables|constants|globals|runtime)\b/;

/** The results of a lambda for each item of a list or key of a map. */
function overItems(operands: readonly PlanCondition[], scope: PlanScope): Known[] | undefined {
  const [range, lambda, ...others] = operands;
  if (!range || !lambda || !("operator" in lambda) || lambda.operator !== "lambda" || others.length > 0)
    return undefined;
  const [body, parameter, ...more] = lambda.operands;
  // A body that is a constant was `has(t.field)`, which the planner takes for true.
  if (!body || "value" in body || !parameter || !("variable" in parameter) || more.length > 0) return undefined;
  const name = parameter.variable;
  if (OWN_VARIABLES.test(name)) return undefined;
  return itemsOf(evaluate(range, scope))?.map((item) =>
    evaluate(body, { ...scope, bound: new Map([...scope.bound, [name, item]]) }),
  );
}

/**
 * Reads a variable such as `request.resource.attr.a.b`. It has only fields: a key that is not an identifier comes as an
 * `index` operator.
 */
function readVariable(name: string, { resource, bound }: PlanScope): Known {
  const [root = "", ...path] = name.split(".");
  if (bound.has(root)) return path.reduce<Known>(member, bound.get(root));
  const [subject, field, ...keys] = path;
  if (root !== "request" || subject !== "resource") return undefined;
  if (field === "attr") return keys.reduce<Known>(member, resource.attr);
  if (keys.length > 0) return undefined;
  return field === "id" ? resource.id : field === "kind" ? resource.kind : undefined;
}
