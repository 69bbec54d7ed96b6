import { canonicalCopy, type JsonValue } from "../base/canonical-json.ts";
import { AuthzError, readable } from "../base/errors.ts";
import { fieldsOf, isFields, isName, isText } from "../base/guards.ts";
import { type AttributesOf, type Kind, type SharedActionOf } from "./register.ts";

/** A resource, in Cerbos' terms: what an action is done to. */
export interface Resource<K extends Kind = Kind> {
  /** Kind, as the resource policy names it. */
  readonly kind: K;
  /** Id of the resource. Not empty. */
  readonly id: string;
  /** Attributes, as JSON. An `undefined` property is left out. */
  readonly attr?: AttributesOf<K> | undefined;
  /** Version of the resource policy. Default: the PDP's default version. */
  readonly policyVersion?: string | undefined;
  /** Scope of the resource policy, such as an organization's code. Default: none. */
  readonly scope?: string | undefined;
}

/**
 * A check: one action on one resource.
 *
 * The resource is the first field so that the compiler compares checks by their fields and accepts a
 * `Check<"document">` as a `Check`.
 */
export interface Check<K extends Kind = Kind> {
  /** The resource; for one that does not exist yet, its kind: `"document"` is `{ kind: "document", id: "new" }`. */
  readonly resource: Resource<K> | K;
  /** The action. If the resource can be of several kinds, one that each of them has. */
  readonly action: SharedActionOf<K>;
}

/** A list of checks. Each action must be one of its own resource's kind. */
export type ChecksOf<Kinds extends readonly Kind[]> = { readonly [At in keyof Kinds]: Check<Kinds[At]> };

/** A resource as it is sent to the PDP. */
export interface PreparedResource {
  /** Kind, as the resource policy names it. */
  readonly kind: string;
  /** Id of the resource. */
  readonly id: string;
  /** Attributes, as JSON. */
  readonly attr: { readonly [name: string]: JsonValue };
  /** Version of the policy; left out for the PDP's default version. */
  readonly policyVersion?: string;
  /** Scope of the policy; left out if it has none. */
  readonly scope?: string;
}

/** A valid check, with the text that identifies its resource. */
export interface PreparedCheck {
  /** The action to check. */
  readonly action: string;
  /** A frozen copy as plain JSON, so that a later change of the caller's object changes nothing. */
  readonly resource: PreparedResource;
  /** Canonical JSON of the whole resource. Identical resources have equal texts. */
  readonly resourceKey: string;
}

/**
 * Validates a check before it is sent, because Cerbos refuses a whole request for one bad entry.
 *
 * @throws AuthzError `invalid_check`, with what is missing or not JSON
 */
export function prepareCheck<K extends Kind>(check: Check<K>): PreparedCheck {
  return isPrepared(check) ? check : readable("invalid_check", "The check", () => prepare(check, "check"));
}

/**
 * Validates a plan query like a check of each of its actions. Its errors say "query" and mention no id.
 *
 * @throws AuthzError `invalid_check`, as {@link prepareCheck}
 */
export function prepareQueried(check: Check): PreparedCheck {
  return readable("invalid_check", "The query", () => prepare(check, "query"));
}

/** All valid checks, which need not be validated again. */
const allPrepared = new WeakSet<Check>();

function isPrepared(check: Check): check is PreparedCheck {
  return allPrepared.has(check);
}

function prepare(check: Check, what: "check" | "query"): PreparedCheck {
  // Untyped callers ask before they have anything to ask about.
  const { action, resource: given } = check ?? {};
  const resource = isText(given) ? { kind: given, id: "new" } : given;
  const need: Need = (holds, has, value, remedy = "") => {
    if (holds) return;
    const { kind } = fieldsOf(resource);
    const of = isName(action) ? ` of "${action}"` : "";
    const on = isName(kind) ? ` on kind "${kind}"` : "";
    throw new AuthzError("invalid_check", `The ${what}${of}${on} has ${has}: it is ${describe(value)}.${remedy}`);
  };
  const [field, late] = what === "check" ? ["resource.", LATE] : ["resource ", ""];
  need(isFields(resource), "no resource", resource, late);
  const { kind, id, attr = {}, policyVersion, scope } = resource;
  need(isName(action), "no action", action, remedyFor(action, ""));
  need(isName(kind), `no ${field}kind`, kind, remedyFor(kind, late));
  need(isName(id), `no ${field}id`, id, remedyFor(id, late, " Write String(id)."));
  need(isFields(attr), `a ${field}attr that is no object`, attr);
  need(
    policyVersion === undefined || isText(policyVersion),
    `a ${field}policyVersion that is no string`,
    policyVersion,
  );
  need(scope === undefined || isText(scope), `a ${field}scope that is no string`, scope);
  // Half a surrogate pair is no text, in a name as in an attribute.
  canonicalCopy(action, "action");
  const copy: PreparedResource = canonicalCopy({ kind, id, attr, policyVersion, scope }, "resource");
  const prepared = Object.freeze({ action, resource: copy, resourceKey: JSON.stringify(copy) });
  allPrepared.add(prepared);
  return prepared;
}

/** Throws if a condition does not hold, with what the check has instead, its value, and the remedy. */
type Need = (holds: boolean, has: string, value: unknown, remedy?: string) => asserts holds;

const LATE = " Check once the resource is loaded, or pass only its kind if it is new.";

/** The remedy for a missing or wrong name: `late` if there is none yet, `ofNumber` if it is a number. */
function remedyFor(value: unknown, late: string, ofNumber = ""): string {
  if (value === undefined || value === null || value === "") return late;
  return ` It must be a string.${/number|bigint/.test(typeof value) ? ofNumber : ""}`;
}

function describe(value: unknown): string {
  if (value === "") return "empty";
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "an array" : `of type ${typeof value}`;
}
