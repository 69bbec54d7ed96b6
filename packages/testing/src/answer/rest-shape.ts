import { type PlanCondition } from "@kinde-cerbos/core";
import { type Fields, fieldsOf } from "@kinde-cerbos/core/internal";
import { type MadePlan } from "./test-plans.ts";

/** An answer to a check, as Cerbos' REST API gives it: the parts of an output have other names there. */
export function restCheckAnswer(answer: Fields): object {
  const results = Array.isArray(answer["results"]) ? answer["results"].map(fieldsOf) : [];
  return { ...answer, results: results.map((row) => Object.assign({}, row, { outputs: restOutputs(row["outputs"]) })) };
}

function restOutputs(outputs: unknown): object[] {
  const all = Array.isArray(outputs) ? outputs.map(fieldsOf) : [];
  return all.map(({ source, value, action }) => ({ src: source, val: value, action }));
}

/** An answer to a query for a plan, as Cerbos' REST API gives it. */
export function restPlanAnswer({ kind, condition }: MadePlan): object {
  const filter = { kind, ...(condition && { condition: restCondition(condition) }) };
  return { cerbosCallId: "test", filter, validationErrors: [] };
}

function restCondition(condition: PlanCondition): object {
  if (!("operator" in condition)) return condition;
  return { expression: { operator: condition.operator, operands: condition.operands.map(restCondition) } };
}
