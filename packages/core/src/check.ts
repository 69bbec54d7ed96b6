import { canonicalJson, type JsonInput } from "./canonical-json.ts";
import { AuthzError, readable } from "./errors.ts";
import { fieldsOf, isFields, isName, isText } from "./guards.ts";

/** What is acted on, in Cerbos' terms. */
export interface Resource {
  /** Kind, as the resource policy names it. */
  readonly kind: string;
  readonly id: string;
  /** Attributes, as JSON. An `undefined` property is left out. */
  readonly attr?: { readonly [key: string]: JsonInput | undefined } | undefined;
  /** Default: the PDP's default version. */
  readonly policyVersion?: string | undefined;
  readonly scope?: string | undefined;
}

/** One action on one resource. */
export interface Check {
  readonly action: string;
  /** `"document"` is short for one that does not exist yet: `{ kind: "document", id: "new" }`. */
  readonly resource: Resource | string;
}

/** A check that was found well-formed, with what identifies it. */
export interface PreparedCheck {
  readonly action: string;
  readonly resource: Resource;
  /** Canonical JSON of the whole resource: two resources are identical when this is equal. */
  readonly resourceKey: string;
}

/**
 * Checks a check before it is sent: Cerbos refuses a whole request for one bad entry.
 *
 * @throws AuthzError `invalid_check`, with what is missing or not JSON
 */
export function prepareCheck(check: Check): PreparedCheck {
  return isPrepared(check) ? check : readable("invalid_check", "The check", () => prepare(check, CHECK));
}

/**
 * Checks a query for a plan as a check of each of its actions: its errors say "query", and know no id.
 *
 * @throws AuthzError `invalid_check`, as {@link prepareCheck}
 */
export function prepareQueried(check: Check): PreparedCheck {
  return readable("invalid_check", "The query", () => prepare(check, QUERY));
}

/** All that were found well-formed: whoever asks with one that they have already need not have it looked at again. */
const allPrepared = new WeakSet<Check>();

function isPrepared(check: Check): check is PreparedCheck {
  return allPrepared.has(check);
}

function prepare(check: Check, { what, of, late }: Words): PreparedCheck {
  // Untyped callers ask before they have anything to ask about.
  const { action, resource: given } = check ?? {};
  const resource = isText(given) ? { kind: given, id: "new" } : given;
  const need: Need = (holds, has, value, remedy = "") => {
    if (!holds) throw invalid(what, action, resource, `has ${has}: it is ${describe(value)}. ${remedy}`.trimEnd());
  };
  need(isFields(resource), "no resource", resource, isLacking(resource) ? late : "It must be an object, or a kind.");
  const { kind, id, attr = {}, policyVersion, scope } = resource;
  need(isName(action), "no action", action, isLacking(action) ? "Name one that the policy has a rule for." : STRING);
  need(isName(kind), `no ${of}kind`, kind, isLacking(kind) ? late : STRING);
  need(isName(id), `no ${of}id`, id, isLacking(id) ? late : isNumber(id) ? `${STRING} Write String(id).` : STRING);
  need(isFields(attr), `${of ? `a ${of}` : "an "}attr that is no object`, attr);
  need(policyVersion === undefined || isText(policyVersion), `a ${of}policyVersion that is no string`, policyVersion);
  need(scope === undefined || isText(scope), `a ${of}scope that is no string`, scope);
  // Half a surrogate pair is no text, in a name as in an attribute.
  canonicalJson(action, "action");
  // A copy: an answer comes later than the caller may change its object.
  const copy = { kind, id, attr, policyVersion, scope };
  const prepared = Object.freeze({ action, resource: copy, resourceKey: canonicalJson(copy, "resource") });
  allPrepared.add(prepared);
  return prepared;
}

/** How errors name what is prepared. */
interface Words {
  readonly what: string;
  /** What comes before the name of a field. */
  readonly of: string;
  /** What to do while the resource or its name is not there yet. */
  readonly late: string;
}

const CHECK: Words = {
  what: "check",
  of: "resource.",
  late: "Ask once the resource is loaded, or name its kind alone for a new one.",
};

const QUERY: Words = { what: "query", of: "", late: "Name the kind of the resources." };

const STRING = "It must be a string.";

/** Refuses the check where something does not hold: what it has instead, the value that it has there, and what to do. */
type Need = (holds: boolean, has: string, value: unknown, remedy?: string) => asserts holds;

/** Whether it is not there yet, and not of another type. */
function isLacking(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function describe(value: unknown): string {
  if (value === "") return "empty";
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}

function invalid(what: string, action: unknown, resource: unknown, problem: string): AuthzError {
  const { kind } = fieldsOf(resource);
  const about = isName(action) ? ` of "${action}"` : "";
  const on = isName(kind) ? ` on kind "${kind}"` : "";
  return new AuthzError("invalid_check", `The ${what}${about}${on} ${problem}`);
}
