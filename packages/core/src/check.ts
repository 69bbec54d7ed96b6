import { canonicalJson, type JsonInput } from "./canonical-json.ts";
import { AuthzError } from "./errors.ts";
import { isFields, isName, isText } from "./guards.ts";

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
  // Untyped callers ask before they have anything to ask about.
  const { action, resource: given } = check ?? {};
  const resource = isText(given) ? { kind: given, id: "new" } : given;
  if (!isFields(resource)) throw invalid(action, resource, `has no resource: it is ${describe(resource)}`);
  const { kind, id, attr = {}, policyVersion, scope } = resource;
  for (const [name, value] of Object.entries({ action, "resource.kind": kind, "resource.id": id })) {
    if (!isName(value)) throw invalid(action, resource, `has no ${name}: it is ${describe(value)}`);
  }
  if (!isFields(attr)) throw invalid(action, resource, `has a resource.attr that is no object: it is ${describe(attr)}`);
  for (const [name, value] of Object.entries({ policyVersion, scope })) {
    if (value !== undefined && !isText(value)) {
      throw invalid(action, resource, `has a resource.${name} that is no string: it is ${describe(value)}`);
    }
  }
  // Half a surrogate pair is no text, in a name as in an attribute.
  canonicalJson(action, "action");
  // A copy: an answer comes later than the caller may change its object.
  const prepared = { kind, id, attr, policyVersion, scope };
  return { action, resource: prepared, resourceKey: canonicalJson(prepared, "resource") };
}

function describe(value: unknown): string {
  if (value === "") return "empty";
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value;
}

function invalid(action: unknown, resource: unknown, problem: string): AuthzError {
  const kind = isFields(resource) ? resource["kind"] : undefined;
  const about = [isName(action) && `of "${action}"`, isName(kind) && `on kind "${kind}"`];
  const check = ["The check", ...about.filter((part) => part !== false)].join(" ");
  return new AuthzError(
    "invalid_check",
    `${check} ${problem}. Ask once the resource is loaded, or name its kind alone for one that does not exist yet.`,
  );
}
