import { type JsonValue } from "../base/canonical-json.ts";
import { type AuthzError, malformed } from "../base/errors.ts";
import { type Fields, fieldsOf, isFields, isName, isText, textOf } from "../base/guards.ts";
import { type PreparedCheck, type Resource } from "../check/check.ts";
import { type PdpEntry } from "./pdp.ts";

/** The output of a policy's rule for an action. */
export interface DecisionOutput {
  /** The rule that it comes from. */
  readonly source: string;
  /** The value; `undefined` if its expression failed. */
  readonly value: JsonValue | undefined;
  /** Why its expression failed. From Cerbos 0.54, and only with `createFetchPdp`: `@cerbos/http` 0.26 drops it. */
  readonly error?: string;
}

/** An attribute that does not fit its schema, if schemas are enforced. */
export interface SchemaError {
  /** JSON pointer to the attribute, such as `/ownerId`. */
  readonly path: string;
  /** What is wrong with it. */
  readonly message: string;
  /** `SOURCE_PRINCIPAL` or `SOURCE_RESOURCE`. */
  readonly source: string;
}

/** How the PDP decided, if `includeMetadata` is on. */
export interface DecisionMetadata {
  /**
   * The policy that decided; `NO_MATCH` if no policy matches the kind, version and scope. If the policy exists but no
   * rule names the action, it is that policy.
   */
  readonly matchedPolicy: string | undefined;
  /** The scope of the policy that decided; `undefined` if it has none. */
  readonly matchedScope: string | undefined;
  /** The derived roles that were in effect, sorted. */
  readonly effectiveDerivedRoles: readonly string[];
}

/** The PDP's answer to one check, as plain JSON. */
export interface Decision {
  /** `true` for `EFFECT_ALLOW`, and for nothing else. */
  readonly allowed: boolean;
  /** The action that was checked. */
  readonly action: string;
  /** The resource that was checked: its kind and id. */
  readonly resource: { readonly kind: string; readonly id: string };
  /** Outputs of policy rules for the action. Empty if there are none. */
  readonly outputs: readonly DecisionOutput[];
  /**
   * Schema errors of the whole resource, sorted by source, then path. With `enforcement: reject`, each denies all
   * actions.
   */
  readonly validationErrors: readonly SchemaError[];
  /** How the PDP decided. Only with `includeMetadata`. */
  readonly metadata?: DecisionMetadata;
  /** Cerbos' call id, to find the decision in its audit log. */
  readonly callId: string;
}

/** A PDP's answer, split into what its rows share and the rows. */
export interface PdpAnswer {
  readonly callId: string;
  readonly rows: readonly unknown[];
}

/**
 * Reads the rows of an answer, one for each entry of the request.
 *
 * Rows are in the order of the entries. If one is not in its place, positions are not trusted: an entry then gets the
 * row with its name if only one entry and one row have it, and no row otherwise.
 *
 * @throws AuthzError `malformed_response` if it is not an answer at all
 */
export function readAnswer(response: unknown, entries: readonly PdpEntry[]): PdpAnswer {
  const { cerbosCallId, results } = fieldsOf(response);
  if (!Array.isArray(results)) throw malformed("it has no results. Is the URL that of a Cerbos PDP?");
  const isInOrder =
    results.length === entries.length && entries.every(({ resource }, row) => isAbout(results[row], resource));
  return {
    callId: textOf(cerbosCallId),
    rows: isInOrder ? results : entries.map(({ resource }) => rowByName(resource, entries, results)),
  };
}

function rowByName(resource: Resource, entries: readonly PdpEntry[], results: readonly unknown[]): unknown {
  const [row, ...others] = results.filter((result) => isAbout(result, resource));
  const namesakes = entries.filter((entry) => isAbout(entry, resource));
  return others.length === 0 && namesakes.length === 1 ? row : undefined;
}

/**
 * Reads one check's decision from the row of its entry, and verifies the row's name again.
 *
 * @throws AuthzError `malformed_response` if the row or its effect is missing, or the row is about another resource
 */
export function readDecision(
  { action, resource }: Pick<PreparedCheck, "action" | "resource">,
  row: unknown,
  callId: string,
): Decision {
  const { kind, id } = resource;
  const refuse = (problem: string): AuthzError => malformed(`the row for "${action}" on ${kind} "${id}" ${problem}.`);
  if (!isFields(row)) throw refuse("is missing");
  if (!isAbout(row, resource)) throw refuse("is about another resource");
  const effect = own(row["actions"], action);
  if (effect === undefined) throw refuse("lacks the action");
  const metadata = row["metadata"];
  return {
    allowed: effect === "EFFECT_ALLOW",
    action,
    resource: { kind, id },
    outputs: readOutputs(row["outputs"], action),
    validationErrors: readSchemaErrors(row["validationErrors"]),
    ...(isFields(metadata) && { metadata: readMetadata(metadata, action) }),
    callId,
  };
}

/** The schema errors of a check or a plan, sorted, because the PDP's order changes between answers. */
export function readSchemaErrors(errors: unknown): SchemaError[] {
  const keyOf = ({ source, path, message }: SchemaError): string => JSON.stringify([source, path, message]);
  return list(errors)
    .map(({ path, message, source }) => ({ path: textOf(path), message: textOf(message), source: textOf(source) }))
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/**
 * Whether a row is about the resource: kind, id and scope, which Cerbos repeats. The version is not compared, because
 * Cerbos fills in a default.
 */
function isAbout(row: unknown, resource: Resource): boolean {
  const { kind, id, scope, policyVersion } = fieldsOf(fieldsOf(row)["resource"]);
  return (
    kind === resource.kind &&
    id === resource.id &&
    textOf(scope) === (resource.scope ?? "") &&
    (!resource.policyVersion || !textOf(policyVersion) || policyVersion === resource.policyVersion)
  );
}

function readOutputs(outputs: unknown, action: string): DecisionOutput[] {
  // Cerbos 0.51 puts a rule's output out once for each role of the principal: one of each is enough.
  const distinct = new Map(list(outputs).map((output) => [JSON.stringify(output), output]));
  return (
    [...distinct.values()]
      // A principal policy's output names no action: it belongs to all of them.
      .filter((output) => !textOf(output["action"]) || output["action"] === action)
      // oxlint-disable-next-line oxc/no-map-spread -- a few, and each is another object already
      .map(({ source, value, error }) => ({
        source: textOf(source),
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- shown to the app, never decided on
        value: value as JsonValue | undefined,
        ...(isName(error) && { error }),
      }))
  );
}

function readMetadata({ actions, effectiveDerivedRoles: roles }: Fields, action: string): DecisionMetadata {
  const { matchedPolicy, matchedScope } = fieldsOf(own(actions, action));
  return {
    matchedPolicy: isText(matchedPolicy) ? matchedPolicy : undefined,
    matchedScope: isText(matchedScope) ? matchedScope : undefined,
    // The PDP's order changes from answer to answer: sorted, equal metadata is equal.
    effectiveDerivedRoles: Array.isArray(roles) ? roles.filter(isText).toSorted() : [],
  };
}

/** An own property of an object: an action may be named like an inherited one. */
function own(value: unknown, name: string): unknown {
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
