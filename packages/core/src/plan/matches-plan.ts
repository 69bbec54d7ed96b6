import { canonicalJson } from "../base/canonical-json.ts";
import { prepareCheck, type PreparedResource, type Resource } from "../check/check.ts";
import { evaluate } from "./plan-evaluation.ts";
import { member } from "./plan-operators.ts";
import { type Plan } from "./plan.ts";

/** How the PDP evaluates conditions. */
export interface MatchesPlanOptions {
  /**
   * Whether the PDP denies when any part of a condition fails with an error: its `engine.strictEvaluation`, from
   * Cerbos 0.55 on. With `false`, an `or` is `true` as soon as one side is, whatever the other one is. Default: true,
   * which is safe for both, and gives `"unknown"` a little more often.
   */
  readonly strictEvaluation?: boolean;
}

/**
 * Whether a resource fulfils a plan: `true`, `false`, or `"unknown"` where this
 * code does not know what the PDP would say. Never throws.
 *
 * Good for filtering and sorting a list in the browser without a request for
 * each row, and for showing at once what will likely be allowed. Compare with
 * `true`, and ask `check` where it is `"unknown"`. Not good for enforcing
 * anything: it is a hint for the screen, as all that runs in a browser, and the
 * API behind it decides.
 *
 * It knows `and`, `or`, `not`, `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `in`, `index`,
 * `size`, `startsWith`, `endsWith`, `contains`, `hasIntersection`, and `exists`,
 * `all`, `exists_one` and the size of a `filter`, over the resource's id, kind and
 * attributes. It keeps to CEL's rules: numbers are doubles, text is ordered and
 * counted by code points, one `false` decides an `and`. A missing attribute, a
 * comparison of two types, any other operator (`matches`, `map`, arithmetic,
 * timestamps, equality of lists) is `"unknown"`, and so is a resource of another
 * kind, scope, policy version or planned attribute.
 *
 * Some things are missing from a plan, such as `has(R.attr.x)`, which Cerbos plans
 * as true, and DENY rules of principal policies. A `true` may then be wrong. The page
 * on plans in the docs lists them, and how to write policies that have none.
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
  // What is false or unknown stays so in a strict PDP; what is true may hide an error there.
  if (verdict === true && strictEvaluation) verdict = evaluate(plan.condition, { ...scope, strict: true });
  return typeof verdict === "boolean" ? verdict : "unknown";
}

function preparedOrNull(resource: Resource): PreparedResource | null {
  try {
    return prepareCheck({ action: "any", resource }).resource;
  } catch {
    // The PDP could not be asked about it.
    return null;
  }
}

/** The planner has put in what it was told of the resources: others are not spoken of. */
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
