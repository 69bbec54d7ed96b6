import {
  type ActionOf,
  AuthzError,
  type JsonValue,
  type Kind,
  type PdpPlanRequest,
  type PlanCondition,
} from "@kinde-cerbos/core";

/** A query for a plan that a test answers. */
export interface AskedPlan {
  /** The kind of the resources. */
  readonly kind: Kind;
  /** The actions, all of which must be allowed. */
  readonly actions: readonly ActionOf<Kind>[];
  /** The known attributes of the resources. */
  readonly attr: { readonly [name: string]: JsonValue };
}

/**
 * Answers a query for a plan: `true` if the actions are allowed on all resources of the kind, `false` if on none, or a
 * condition for the resources on which they are allowed.
 */
export type TestPlans = (asked: AskedPlan) => boolean | PlanCondition;

/** A plan, before it has the shape of an answer. */
export interface MadePlan {
  readonly kind: "KIND_ALWAYS_ALLOWED" | "KIND_ALWAYS_DENIED" | "KIND_CONDITIONAL";
  readonly condition?: PlanCondition;
}

/** The plan for a query. */
export function makePlan(plans: TestPlans | undefined, { resource, actions }: PdpPlanRequest): MadePlan {
  const { kind, attr = {} } = resource;
  if (!plans) {
    const all = actions.map((action) => `"${action}"`).join(", ");
    throw new AuthzError(
      "invalid_option",
      `The test has no plan for ${all} on ${kind}. Give it plan: a function that returns true, false or a condition.`,
    );
  }
  const plan = plans({ kind, actions, attr });
  if (typeof plan === "boolean") return { kind: plan ? "KIND_ALWAYS_ALLOWED" : "KIND_ALWAYS_DENIED" };
  return { kind: "KIND_CONDITIONAL", condition: plan };
}

/** A plan, as Cerbos' clients give it. */
export function planAnswer({ kind, condition }: MadePlan): object {
  return { cerbosCallId: "test", kind, ...(condition && { condition: named(condition) }), validationErrors: [] };
}

function named(condition: PlanCondition): object {
  if ("variable" in condition) return { name: condition.variable };
  if ("value" in condition) return condition;
  return { operator: condition.operator, operands: condition.operands.map(named) };
}
