import { type Plan } from "@kinde-cerbos/core";
import { isFields, redact, requireOption, withoutTokens } from "@kinde-cerbos/core/internal";
import { type OptionNames, requireKnownOptions } from "./option-names.ts";
import { type ConditionalQueryPlan, type QueryPlanOperand, toQueryPlan } from "./query-plan.ts";
import { untranslatablePlan } from "./untranslatable-plan.ts";

/** Options of {@link filterFromPlan}: what each kind of plan becomes as a filter for your database. */
export interface PlanFilterOptions<Filter> {
  /** The filter that matches every row, for a plan that allows all resources of the kind. For Prisma: `{}`. */
  readonly all: Filter;
  /**
   * The filter that matches no row, for a plan that denies all. For Prisma: `{ id: { in: [] } }`. An empty filter is
   * refused, because databases treat it as one that matches every row.
   */
  readonly none: Filter;
  /** Returns the filter for a condition, as Cerbos' adapter for your database does. Throws if it cannot. */
  readonly translate: (queryPlan: ConditionalQueryPlan) => Filter;
}

/** The operators whose operands are conditions. */
const JUNCTIONS = new Set(["and", "or", "not"]);

const PLAN_FILTER_OPTIONS: OptionNames<PlanFilterOptions<unknown>> = { all: true, none: true, translate: true };

/**
 * Returns a filter for a query of the database that selects the rows a plan allows. It is never `undefined`, which
 * would select every row: for a plan that denies all, it is `none`. Combine it with filters of your own by AND only.
 *
 * @throws AuthzError `invalid_option` if an option is unknown, or has the wrong type or value; `untranslatable_plan` as
 *   `toQueryPlan`, and if `translate` throws or returns an empty filter. The message names the part of the policy's
 *   condition. Show nothing then.
 */
export function filterFromPlan<Filter>(plan: Plan, options: PlanFilterOptions<Filter>): Filter {
  requireKnownOptions(options, PLAN_FILTER_OPTIONS, "filterFromPlan");
  const { all, none, translate } = options;
  requireOption(typeof translate === "function", "translate must be a function");
  requireOption(all !== undefined, "all must be a filter that matches every row");
  requireOption(!isEmpty(none), "none must be a filter that matches no row: an empty one matches every row");
  const queryPlan = toQueryPlan(plan);
  if (queryPlan.condition === undefined) return plan.kind === "ALWAYS_ALLOWED" ? all : none;
  const filterOf = (condition: QueryPlanOperand): Filter => {
    const filter = translate({ ...queryPlan, condition });
    if (isEmpty(filter)) throw new Error("The filter is empty, and would match every row");
    return filter;
  };
  try {
    return filterOf(queryPlan.condition);
  } catch (error) {
    const said = error instanceof Error ? redact(error.message) : typeof error;
    const part = untranslatablePart(queryPlan.condition, filterOf);
    throw untranslatablePlan(plan, `translate failed with "${said}".`, part, {
      cause: withoutTokens(error),
    });
  }
}

/** Returns the smallest part of the condition for which `filterOf` throws. */
function untranslatablePart(
  condition: QueryPlanOperand,
  filterOf: (part: QueryPlanOperand) => unknown,
): QueryPlanOperand {
  if (!("operator" in condition) || !JUNCTIONS.has(condition.operator)) return condition;
  const part = condition.operands.find((operand) => {
    try {
      filterOf(operand);
      return false;
    } catch {
      return true;
    }
  });
  return part ? untranslatablePart(part, filterOf) : condition;
}

/** Whether a query builder could treat this as no filter. */
function isEmpty(filter: unknown): boolean {
  if (filter === undefined || filter === null || filter === "") return true;
  if (Array.isArray(filter)) return filter.length === 0;
  return isFields(filter) && Object.getPrototypeOf(filter) === Object.prototype && Reflect.ownKeys(filter).length === 0;
}
