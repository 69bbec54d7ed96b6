import { type PlanCondition } from "@kinde-cerbos/core";
import { type Fields, fieldsOf } from "@kinde-cerbos/core/internal";
import { type TestPlan } from "./test-plans.ts";

/**
 * Returns an answer to a check in the format of Cerbos' REST API, which has other names for the fields of an output.
 */
export function restCheckAnswer(answer: Fields): object {
  const results = Array.isArray(answer["results"]) ? answer["results"].map(fieldsOf) : [];
  return { ...answer, results: results.map((row) => Object.assign({}, row, { outputs: restOutputs(row["outputs"]) })) };
}

function restOutputs(outputs: unknown): object[] {
  const all = Array.isArray(outputs) ? outputs.map(fieldsOf) : [];
  return all.map(({ source, value, action }) => ({ src: source, val: value, action }));
}

/** Returns a query plan in the format of Cerbos' REST API. */
export function restPlanAnswer({ kind, condition }: TestPlan): object {
  const filter = { kind, ...(condition && { condition: restCondition(condition) }) };
  return { cerbosCallId: "test", filter, validationErrors: [] };
}

function restCondition(condition: PlanCondition): object {
  if (!("operator" in condition)) return condition;
  return { expression: { operator: condition.operator, operands: condition.operands.map(restCondition) } };
}
