import { type JsonValue, type Plan, type PlanCondition } from "@kinde-cerbos/core";
import { untranslatablePlan } from "./untranslatable-plan.ts";

/**
 * The kinds of plans of Cerbos' clients. It has the name and the values of the enum in `@cerbos/core`, so TypeScript
 * accepts either in place of the other. It is a type only: there is no such object at run time.
 */
export declare enum PlanKind {
  /** The actions are allowed on all resources. */
  ALWAYS_ALLOWED = "KIND_ALWAYS_ALLOWED",
  /** The actions are allowed on no resource. */
  ALWAYS_DENIED = "KIND_ALWAYS_DENIED",
  /** The actions are allowed on resources that match the condition. */
  CONDITIONAL = "KIND_CONDITIONAL",
}

/** A node of a {@link QueryPlan}'s condition: an operator with its operands, the name of a variable, or a value. */
export type QueryPlanOperand =
  | { operator: string; operands: QueryPlanOperand[] }
  | { name: string }
  | { value: JsonValue };

/** The fields that every plan has. */
interface QueryPlanBase {
  /** Cerbos' call id, to find the plan in its audit log. */
  cerbosCallId: string;
  /** Always empty: a `Plan` does not have it. */
  requestId: string;
  /** Always empty: look at `plan.validationErrors`. */
  validationErrors: never[];
  /** Always undefined: look at `plan.metadata`. */
  metadata: undefined;
}

/** A query plan with a condition that a row has to fulfil. */
export interface ConditionalQueryPlan extends QueryPlanBase {
  /** The kind of the plan. */
  kind: PlanKind.CONDITIONAL;
  /** The condition. */
  condition: QueryPlanOperand;
}

/** A plan in the form that Cerbos' query plan adapters take: `PlanResourcesResponse` of `@cerbos/core`. */
export type QueryPlan =
  | ConditionalQueryPlan
  | (QueryPlanBase & { kind: PlanKind.ALWAYS_ALLOWED | PlanKind.ALWAYS_DENIED; condition?: undefined });

/* oxlint-disable typescript/no-unsafe-type-assertion -- the enum above has these values, and is no object */
const ALWAYS_ALLOWED = "KIND_ALWAYS_ALLOWED" as PlanKind.ALWAYS_ALLOWED;
const ALWAYS_DENIED = "KIND_ALWAYS_DENIED" as PlanKind.ALWAYS_DENIED;
const CONDITIONAL = "KIND_CONDITIONAL" as PlanKind.CONDITIONAL;
/* oxlint-enable typescript/no-unsafe-type-assertion */

/**
 * Returns the plan in the form that Cerbos' query plan adapters take, such as `queryPlanToPrisma` of
 * `@cerbos/orm-prisma`. Prefer `filterFromPlan`, which calls this and also handles plans without a condition.
 *
 * A plan that was made for certain attributes (`attr` of its query) says nothing about other resources. So each of
 * these attributes becomes part of the condition: a plan for `attr: { orgCode }` that allows everything selects the
 * rows of that organization, and no others.
 *
 * @throws AuthzError `untranslatable_plan` if one of these attributes is a list or a map, or if the condition has a
 *   part that Cerbos is known to plan wrongly: the page on lists in the docs has them all
 */
export function toQueryPlan(plan: Plan): QueryPlan {
  const base = { cerbosCallId: plan.callId, requestId: "", validationErrors: [], metadata: undefined };
  // Denied unless allowed: so is a kind that untyped code has made up.
  if (plan.kind !== "CONDITIONAL" && plan.kind !== "ALWAYS_ALLOWED") return { ...base, kind: ALWAYS_DENIED };
  const parts = Object.entries(plan.attr).map(([name, value]) => givenAttribute(plan, name, value));
  if (plan.kind === "CONDITIONAL") parts.push(operandOf(plan, plan.condition));
  const [first, ...others] = parts;
  if (first === undefined) return { ...base, kind: ALWAYS_ALLOWED };
  return { ...base, kind: CONDITIONAL, condition: others.length === 0 ? first : { operator: "and", operands: parts } };
}

/** The condition that a row has what the plan took for given. */
function givenAttribute(plan: Plan, name: string, value: JsonValue): QueryPlanOperand {
  if (typeof value === "object" && value !== null) {
    throw untranslatablePlan(plan, `the attribute "${name}" of its query is a list or map. Leave it out of the query.`);
  }
  return { operator: "eq", operands: [{ name: `request.resource.attr.${name}` }, { value }] };
}

function operandOf(plan: Plan, node: PlanCondition): QueryPlanOperand {
  if ("value" in node) return { value: node.value };
  if ("variable" in node) return { name: node.variable };
  const { operator } = node;
  const operands = node.operands.map((operand) => operandOf(plan, operand));
  const operand = { operator, operands };
  // The planner evaluates the parts that it knows. It turns `in` on a text into an equality of two values.
  if (operator === "eq" && operands.every(isValue)) {
    throw untranslatablePlan(plan, "the policy uses `in` on a text, which is an error in a check.", operand);
  }
  if (operator === "lambda" && operands.slice(0, 1).every(isValue)) {
    throw untranslatablePlan(plan, "the policy uses has() on the items of a list. Plans treat it as true.", operand);
  }
  return operand;
}

function isValue(operand: QueryPlanOperand): boolean {
  return "value" in operand;
}
