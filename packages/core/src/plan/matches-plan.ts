import { canonicalJson } from "../base/canonical-json.ts";
import { prepareCheck, type PreparedResource, type Resource } from "../check/check.ts";
import { evaluate } from "./plan-evaluation.ts";
import { member } from "./plan-operators.ts";
import { type Plan } from "./plan.ts";

/** Options for {@link matchesPlan}. */
export interface MatchesPlanOptions {
  /**
   * Whether the PDP denies if any part of a condition fails with an error: its `engine.strictEvaluation`, from Cerbos
   * 0.55. With `false`, an `or` is `true` as soon as one side is. Default: true, which is safe for either PDP and
   * returns `"unknown"` a little more often.
   */
  readonly strictEvaluation?: boolean;
}

/**
 * Evaluates a query plan for a loaded resource, without a request: `true`, `false`, or `"unknown"` if it cannot tell
 * what the PDP would decide. Never throws.
 *
 * Use it to filter or sort a list in the browser, or to show at once what will probably be allowed. Compare with
 * `true`, and use `check` if it is `"unknown"`. Do not enforce anything with it: it is a hint for the screen, and the
 * API decides.
 *
 * It supports `and`, `or`, `not`, `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `in`, `index`, `size`, `startsWith`, `endsWith`,
 * `contains`, `hasIntersection`, and `exists`, `all`, `exists_one` and the size of a `filter`, over the resource's id,
 * kind and attributes. It follows CEL: numbers are doubles, strings are ordered and counted by code points, one `false`
 * decides an `and`. A missing attribute, a comparison of two types, any other operator (`matches`, `map`, arithmetic,
 * timestamps, equality of lists) are `"unknown"`. So is a resource that the plan is not about: one of another kind,
 * scope or policy version, or with another value for an attribute in `plan.attr`.
 *
 * Cerbos leaves some things out of a plan, such as `has(R.attr.x)`, which becomes true, and DENY rules of principal
 * policies. A `true` may then be wrong. The page on query plans in the docs lists these cases, and how to avoid them in
 * policies.
 */
export function matchesPlan(
  plan: Plan,
  resource: Resource,
  { strictEvaluation = true }: MatchesPlanOptions = {},
): boolean | "unknown" {
  const prepared = preparedOrNull(resource);
  if (!prepared || !isPlanned(plan, prepared)) return "unknown";
  if (plan.kind !== "CONDITIONAL") return plan.kind === "ALWAYS_ALLOWED";
  const scope = { resource: prepared, bound: new Map() };
  let verdict = evaluate(plan.condition, { ...scope, strict: false });
  // False or unknown stays so in a strict PDP. A true result may hide an error there.
  if (verdict === true && strictEvaluation) verdict = evaluate(plan.condition, { ...scope, strict: true });
  return typeof verdict === "boolean" ? verdict : "unknown";
}

function preparedOrNull(resource: Resource): PreparedResource | null {
  try {
    return prepareCheck({ action: "any", resource }).resource;
  } catch {
    // The PDP would refuse this resource.
    return null;
  }
}

/**
 * Whether the plan is about this resource: the planner replaced the given attributes with their values, so the plan
 * says nothing about resources with others.
 */
function isPlanned(plan: Plan, { kind, attr, policyVersion = "", scope = "" }: PreparedResource): boolean {
  return (
    kind === plan.resourceKind &&
    policyVersion === (plan.policyVersion ?? "") &&
    scope === (plan.scope ?? "") &&
    Object.entries(plan.attr).every(([key, planned]) => {
      const value = member(attr, key);
      return value !== undefined && canonicalJson(value, key) === canonicalJson(planned, key);
    })
  );
}
