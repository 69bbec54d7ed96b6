import { canonicalCopy, type JsonValue } from "../base/canonical-json.ts";
import { malformed, readable } from "../base/errors.ts";
import { fieldsOf, isFields, isText, textOf } from "../base/guards.ts";
import { prepareQueried } from "../check/check.ts";
import { type AttributesOf, type Kind, type SharedActionOf } from "../check/register.ts";
import { readSchemaErrors, type SchemaError } from "../pdp/decision.ts";

/** The query for a plan: actions on resources of a kind that are not loaded. */
export type PlanQuery<K extends Kind = Kind> = PlanSubject<K> &
  (
    | { readonly action: SharedActionOf<K>; readonly actions?: undefined }
    /** Several actions, at least one. The plan is for resources on which all of them are allowed. */
    | { readonly actions: readonly SharedActionOf<K>[]; readonly action?: undefined }
  );

/** The resources that a plan is about. */
export interface PlanSubject<K extends Kind = Kind> {
  /** Kind, as the resource policy names it. */
  readonly kind: K;
  /**
   * Attributes that all the resources share, such as their organization. The plan then applies to resources with
   * exactly these values.
   */
  readonly attr?: AttributesOf<K> | undefined;
  /** Version of the resource policy. Default: the PDP's default version. */
  readonly policyVersion?: string | undefined;
  /** Scope of the resource policy. Default: none. */
  readonly scope?: string | undefined;
}

/** An operator and its operands. The operators are Cerbos': `and`, `or`, `not`, `eq`, `ne`, `lt`, `in` and more. */
export interface PlanExpression {
  /** Name of the operator. */
  readonly operator: string;
  /** The operands, in their order. */
  readonly operands: readonly PlanCondition[];
}

/** A variable that the PDP did not know when it planned, such as `request.resource.attr.ownerId`. */
export interface PlanVariable {
  /** Path of the variable. */
  readonly variable: string;
}

/** A value that the PDP knew: a constant of the policy, or a value of the user. */
export interface PlanValue {
  /** The value, as JSON. */
  readonly value: JsonValue;
}

/** A node of a condition's tree. It is one of the three: test for `operator`, `variable` or `value` with `in`. */
export type PlanCondition = PlanExpression | PlanVariable | PlanValue;

/** How the PDP made its plan, if `includeMetadata` is on. */
export interface PlanMetadata {
  /**
   * The condition as text; `NO_MATCH` if no policy has a rule for the kind, the actions and one of the user's roles.
   */
  readonly conditionString: string;
  /** The scope of the policy that was used, by action; empty if it has none. */
  readonly matchedScopes: { readonly [action: string]: string };
}

/** The fields that every plan has. */
interface PlanBase {
  /** The actions, all of which must be allowed. Sorted, without duplicates. */
  readonly actions: readonly string[];
  /** The kind of the resources. */
  readonly resourceKind: string;
  /** The attributes of the query. The plan says nothing about resources that have other values for them. */
  readonly attr: { readonly [key: string]: JsonValue };
  /** Version of the policy; left out for the PDP's default version. */
  readonly policyVersion?: string;
  /** Scope of the policy; left out if it has none. */
  readonly scope?: string;
  /** Schema errors of the principal and of `attr`. With `enforcement: reject`, each makes the plan `ALWAYS_DENIED`. */
  readonly validationErrors: readonly SchemaError[];
  /** How the PDP made the plan. Only with `includeMetadata`. */
  readonly metadata?: PlanMetadata;
  /** Cerbos' call id, to find the plan in its audit log. */
  readonly callId: string;
}

/**
 * A query plan, as plain JSON: the user may act on all resources of a kind, on none, or on those that match a
 * condition. It is valid only for its session and moment, because the user and `now()` are constants in it.
 */
export type Plan =
  | (PlanBase & { readonly kind: "ALWAYS_ALLOWED" | "ALWAYS_DENIED" })
  | (PlanBase & { readonly kind: "CONDITIONAL"; readonly condition: PlanCondition });

/**
 * Most nesting that is accepted: deeper than policies nest (CEL parses 250 levels), and safe for a recursive reader.
 */
const MAX_DEPTH = 256;

/** A valid query, with the text that identifies it. */
export interface PreparedPlanQuery {
  /** The actions, sorted, without duplicates. */
  readonly actions: readonly string[];
  /** The resource part of the request to the PDP. */
  readonly resource: {
    readonly kind: string;
    readonly attr: { [key: string]: JsonValue };
    readonly policyVersion?: string;
    readonly scope?: string;
  };
  /** Canonical JSON of `resource` with the id `new`. It does not contain the actions. */
  readonly resourceKey: string;
}

/**
 * Validates a query before it is sent, and copies it, so that a later change of the caller's objects changes nothing.
 *
 * @throws AuthzError `invalid_check`, with what is missing or not JSON
 */
export function preparePlanQuery(query: PlanQuery): PreparedPlanQuery {
  const { action, actions, kind, attr, policyVersion, scope } = readable("invalid_check", "The query", () => ({
    ...query,
  }));
  // The rules of a check are those of a query, and a check has an id. None, or an empty list, is no action.
  let resourceKey = "";
  const names = (Array.isArray(actions) && actions.length > 0 ? actions : [action]).map((one) => {
    const check = prepareQueried({ action: one, resource: { kind, id: "new", attr, policyVersion, scope } });
    resourceKey = check.resourceKey;
    return check.action;
  });
  const { id: _, ...resource } = JSON.parse(resourceKey);
  return { actions: [...new Set(names)].toSorted(), resource, resourceKey };
}

/**
 * Reads a PDP's plan, as `planResources` of Cerbos' clients returns it. The answer does not repeat the query, so the
 * query is added.
 *
 * @throws AuthzError `malformed_response` if it is not a plan, is of an unknown kind, or has a malformed condition
 */
export function readPlan(response: unknown, { actions, resource }: PreparedPlanQuery): Plan {
  const { kind, condition, cerbosCallId, validationErrors, metadata } = fieldsOf(response);
  const { kind: resourceKind, ...given } = resource;
  const about = {
    actions,
    resourceKind,
    ...given,
    validationErrors: readSchemaErrors(validationErrors),
    ...(isFields(metadata) && {
      metadata: {
        conditionString: textOf(metadata["conditionString"]),
        matchedScopes: Object.fromEntries(
          actions.map((action) => [action, textOf(fieldsOf(metadata["matchedScopes"])[action])]),
        ),
      },
    }),
    callId: textOf(cerbosCallId),
  };
  if (kind === "KIND_CONDITIONAL") return { ...about, kind: "CONDITIONAL", condition: readCondition(condition, 0) };
  if (condition === undefined) {
    if (kind === "KIND_ALWAYS_ALLOWED") return { ...about, kind: "ALWAYS_ALLOWED" };
    if (kind === "KIND_ALWAYS_DENIED") return { ...about, kind: "ALWAYS_DENIED" };
  }
  throw malformed("its kind is unknown or does not fit.");
}

function readCondition(node: unknown, depth: number): PlanCondition {
  const { operator, operands, name, value } = fieldsOf(node);
  if (depth <= MAX_DEPTH && [operator, name, value].filter((form) => form !== undefined).length === 1) {
    if (isText(operator) && Array.isArray(operands)) {
      return { operator, operands: operands.map((operand) => readCondition(operand, depth + 1)) };
    }
    if (isText(name)) return { variable: name };
    if (value !== undefined) return { value: canonicalCopy(value, "value", "malformed_response") };
  }
  throw malformed(`its condition has an unknown part, or over ${MAX_DEPTH} levels.`);
}
