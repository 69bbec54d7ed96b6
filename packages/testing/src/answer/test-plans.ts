import {
  type ActionOf,
  AuthzError,
  type JsonValue,
  type Kind,
  type PdpPlanRequest,
  type PlanCondition,
} from "@kinde-cerbos/core";

/** The plan query that a test answers. */
export interface PlanRequest {
  /** The kind of the resources. */
  readonly kind: Kind;
  /** The actions. A resource is in the plan's result if all of them are allowed on it. */
  readonly actions: readonly ActionOf<Kind>[];
  /** The attributes that are known of all resources. */
  readonly attr: { readonly [name: string]: JsonValue };
}

/**
 * Answers a plan query: `true` if the actions are allowed on all resources of the kind, `false` if on none, or a
 * condition for the resources on which they are allowed.
 */
export type TestPlans = (query: PlanRequest) => boolean | PlanCondition;

/** A plan, before it is converted to a response. */
export interface TestPlan {
  readonly kind: "KIND_ALWAYS_ALLOWED" | "KIND_ALWAYS_DENIED" | "KIND_CONDITIONAL";
  readonly condition?: PlanCondition;
}

/**
 * Returns the plan for a query.
 *
 * @throws AuthzError `invalid_option` if the test has no plan
 */
export function makePlan(plans: TestPlans | undefined, { resource, actions }: PdpPlanRequest): TestPlan {
  const { kind, attr = {} } = resource;
  if (!plans) {
    const all = actions.map((action) => `"${action}"`).join(", ");
    throw new AuthzError(
      "invalid_option",
      `The test has no plan for ${all} on ${kind}. Pass plan: a function that returns true, false or a condition.`,
    );
  }
  const plan = plans({ kind, actions, attr });
  if (typeof plan === "boolean") return { kind: plan ? "KIND_ALWAYS_ALLOWED" : "KIND_ALWAYS_DENIED" };
  return { kind: "KIND_CONDITIONAL", condition: plan };
}

/** Returns a plan in the format of Cerbos' client libraries. */
export function planAnswer({ kind, condition }: TestPlan): object {
  return { cerbosCallId: "test", kind, ...(condition && { condition: named(condition) }), validationErrors: [] };
}

function named(condition: PlanCondition): object {
  if ("variable" in condition) return { name: condition.variable };
  if ("value" in condition) return condition;
  return { operator: condition.operator, operands: condition.operands.map(named) };
}
