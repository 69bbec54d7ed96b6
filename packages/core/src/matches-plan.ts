import { canonicalJson, type JsonValue } from "./canonical-json.ts";
import { prepareCheck, type Resource } from "./check.ts";
import { type Plan, type PlanCondition } from "./plan.ts";

/** A value of a condition's part; `undefined` where it is not known, or an error to the PDP. */
type Known = JsonValue | undefined;

/** How the PDP evaluates conditions. */
export interface MatchesPlanOptions {
  /**
   * Whether the PDP denies when any part of a condition fails with an error: its `engine.strictEvaluation`, from
   * Cerbos 0.55 on. With `false`, an `or` is `true` as soon as one side is, whatever the other one is. Default: true,
   * which is right for both, and `"unknown"` a little more often.
   */
  readonly strictEvaluation?: boolean;
}

/** A resource as the PDP would be told of it: JSON and nothing else. */
interface AskedResource {
  readonly kind: string;
  readonly id: string;
  readonly attr: { readonly [key: string]: JsonValue };
  readonly policyVersion?: string;
  readonly scope?: string;
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
 * It knows `and`, `or`, `not`, `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `in` and
 * `index`, over the resource's id, kind and attributes, with CEL's rules: numbers
 * are doubles, text is ordered by code points, one `false` decides an `and`. What
 * is missing, of two types, or another operator (functions, timestamps, lists of
 * lists) is `"unknown"`, and so is a resource of another kind, scope, policy
 * version or planned attribute.
 *
 * What a plan does not tell, this cannot know (Cerbos 0.51, measured): the
 * planner takes `has(R.attr.x)` for true, so give all attributes that policies
 * ask for, `null` where there is no value; a `bytes` constant looks like text;
 * and a resource that breaks its schema is denied whatever the plan says.
 */
export function matchesPlan(
  plan: Plan,
  resource: Resource,
  { strictEvaluation = true }: MatchesPlanOptions = {},
): boolean | "unknown" {
  const asked = asAsked(plan, resource);
  if (!asked || !isPlanned(plan, asked)) return "unknown";
  if (plan.kind !== "CONDITIONAL") return plan.kind === "ALWAYS_ALLOWED";
  let verdict = evaluate(plan.condition, asked, false);
  // What is false or unknown stays so in a strict PDP; what is true may hide an error there.
  if (verdict === true && strictEvaluation) verdict = evaluate(plan.condition, asked, true);
  return typeof verdict === "boolean" ? verdict : "unknown";
}

function asAsked({ action }: Plan, resource: Resource): AskedResource | null {
  try {
    return JSON.parse(prepareCheck({ action, resource }).resourceKey);
  } catch {
    // The PDP could not be asked about it.
    return null;
  }
}

/** The planner has put in what it was told of the resources: others are not spoken of. */
function isPlanned(plan: Plan, { kind, attr, policyVersion = "", scope = "" }: AskedResource): boolean {
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

function evaluate(node: PlanCondition, resource: AskedResource, strict: boolean): Known {
  if ("value" in node) return node.value;
  if ("variable" in node) return readVariable(node.variable, resource);
  const operands = node.operands.map((operand) => evaluate(operand, resource, strict));
  const [left, right] = operands;
  switch (node.operator) {
    case "and":
      return junction(operands, false, strict);
    case "or":
      return junction(operands, true, strict);
    case "not":
      return operands.length === 1 ? negate(left) : undefined;
    default:
      // In CEL an error, such as a missing attribute, is an error of all that contains it.
      return operands.length === 2 && left !== undefined && right !== undefined
        ? relate(node.operator, left, right)
        : undefined;
  }
}

/** `request.resource.attr.a.b`: fields only, as a key that is no identifier comes as an `index` operator. */
function readVariable(name: string, resource: AskedResource): Known {
  const [request, subject, field, ...path] = name.split(".");
  if (request !== "request" || subject !== "resource") return undefined;
  if (field === "attr") return path.reduce<Known>((value, key) => member(value, key), resource.attr);
  if (path.length > 0) return undefined;
  return field === "id" ? resource.id : field === "kind" ? resource.kind : undefined;
}

/** `and` is decided by one `false`, `or` by one `true`, unless `strict`; otherwise all must be known. */
function junction(operands: readonly Known[], decisive: boolean, strict: boolean): Known {
  if (strict && !operands.every((operand) => typeof operand === "boolean")) return undefined;
  if (operands.includes(decisive)) return decisive;
  return operands.length > 0 && operands.every((operand) => operand === !decisive) ? !decisive : undefined;
}

function negate(value: Known): Known {
  return typeof value === "boolean" ? !value : undefined;
}

function relate(operator: string, left: JsonValue, right: JsonValue): Known {
  const order = compare(left, right);
  const decide = (holds: boolean): Known => (Number.isNaN(order) ? undefined : holds);
  switch (operator) {
    case "eq":
      return equal(left, right);
    case "ne":
      return negate(equal(left, right));
    case "lt":
      return decide(order < 0);
    case "le":
      return decide(order <= 0);
    case "gt":
      return decide(order > 0);
    case "ge":
      return decide(order >= 0);
    case "in":
      return contains(right, left);
    case "index":
      return member(left, right);
    default:
      return undefined;
  }
}

/** Two types are never equal to Cerbos; but only `null` is likely to be meant, so the rest is not decided here. */
function equal(left: JsonValue, right: JsonValue): boolean | undefined {
  if (left === null || right === null) return left === right;
  if (typeof left === "boolean" && typeof right === "boolean") return left === right;
  const order = compare(left, right);
  return Number.isNaN(order) ? undefined : order === 0;
}

function contains(container: JsonValue, item: JsonValue): Known {
  if (Array.isArray(container)) {
    return container.length > 0 && junction(container.map((element) => equal(element, item)), true, false);
  }
  return isMap(container) && typeof item === "string" ? Object.hasOwn(container, item) : undefined;
}

/** An own property of a map, or an element of a list. */
function member(container: Known, key: JsonValue): Known {
  if (Array.isArray(container)) return typeof key === "number" ? container[key] : undefined;
  return isMap(container) && typeof key === "string" && Object.hasOwn(container, key) ? container[key] : undefined;
}

function isMap(value: Known): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Below 0, 0 or above 0, as CEL orders numbers and text; NaN for what has no order. */
function compare(left: JsonValue, right: JsonValue): number {
  if (typeof left === "number" && typeof right === "number") return left === right ? 0 : left - right;
  if (typeof left !== "string" || typeof right !== "string") return Number.NaN;
  const end = Math.min(left.length, right.length);
  for (let at = 0; at < end; at += 1) {
    const distance = rank(left.charCodeAt(at)) - rank(right.charCodeAt(at));
    if (distance !== 0) return distance;
  }
  return left.length - right.length;
}

/** A UTF-16 unit in the order of code points: surrogates stand for what comes after U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
