import { type JsonValue } from "./canonical-json.ts";
import { type PreparedCheck } from "./check.ts";
import { AuthzError } from "./errors.ts";
import { type PdpEntry } from "./pdp.ts";

/** A value that a policy put out for an action. */
export interface DecisionOutput {
  /** Rule it comes from. */
  readonly source: string;
  readonly value: JsonValue | undefined;
}

/** Why the PDP found an attribute wrong, where schemas are enforced. */
export interface SchemaError {
  readonly path: string;
  readonly message: string;
  /** `SOURCE_PRINCIPAL` or `SOURCE_RESOURCE`. */
  readonly source: string;
}

/** How the PDP came to its effect, where `includeMetadata` is on. */
export interface DecisionMetadata {
  /** Policy that decided; `NO_MATCH` when none does. */
  readonly matchedPolicy: string | undefined;
  readonly matchedScope: string | undefined;
  readonly effectiveDerivedRoles: readonly string[];
}

/** The PDP's answer to one check, as plain JSON. */
export interface Decision {
  /** `true` for `EFFECT_ALLOW`, and for nothing else. */
  readonly allowed: boolean;
  readonly action: string;
  readonly resource: { readonly kind: string; readonly id: string };
  readonly outputs: readonly DecisionOutput[];
  /** Of the whole resource. Where the PDP rejects, each denies all its actions. */
  readonly validationErrors: readonly SchemaError[];
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
 * Reads the rows of an answer, one for each entry asked.
 *
 * Where one row is not at its place, none can be trusted to be. Its name gives
 * that away, except between entries of one kind and id: those get no row.
 *
 * @throws AuthzError `malformed_response` if it is not an answer at all
 */
export function readAnswer(response: unknown, entries: readonly PdpEntry[]): PdpAnswer {
  if (!isObject(response) || !Array.isArray(response["results"])) {
    throw malformed("it has no results. Is the URL that of a Cerbos PDP?");
  }
  const callId = text(response["cerbosCallId"]) ?? "";
  const results: readonly unknown[] = response["results"];
  const isComplete = results.length === entries.length;
  if (isComplete && entries.every(({ resource }, row) => isAbout(results[row], resource))) {
    return { callId, rows: results };
  }
  const names = entries.map(({ resource }) => JSON.stringify([resource.kind, resource.id]));
  const isOnly = (name: string): boolean => names.indexOf(name) === names.lastIndexOf(name);
  return { callId, rows: names.map((name, row) => (isOnly(name) ? results[row] : undefined)) };
}

/**
 * Reads one check's decision from the row at its own index. Rows carry no
 * attributes, and two entries may share kind and id, so a row cannot be found by
 * name: it is taken by index, and its name is verified.
 *
 * @throws AuthzError `malformed_response` if the row or its effect is missing,
 *   or the row is about another resource
 */
export function readDecision(check: PreparedCheck, row: unknown, callId: string): Decision {
  const { action, resource } = check;
  const about = `"${action}" on ${resource.kind} "${resource.id}"`;
  if (!isObject(row)) throw malformed(`the row for ${about} is missing.`);
  if (!isAbout(row, resource)) throw malformed(`the row for ${about} is about another resource.`);
  const actions = row["actions"];
  const effect = isObject(actions) && Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (effect === undefined) throw malformed(`the row for ${about} lacks the action.`);
  const metadata = readMetadata(row["metadata"], action);
  return {
    allowed: effect === "EFFECT_ALLOW",
    action,
    resource: { kind: resource.kind, id: resource.id },
    outputs: readOutputs(row["outputs"], action),
    validationErrors: list(row["validationErrors"]).map((error) => ({
      path: text(error["path"]) ?? "",
      message: text(error["message"]) ?? "",
      source: text(error["source"]) ?? "",
    })),
    ...(metadata && { metadata }),
    callId,
  };
}

function isAbout(row: unknown, { kind, id }: Decision["resource"]): boolean {
  const name = isObject(row) ? row["resource"] : undefined;
  return isObject(name) && name["kind"] === kind && name["id"] === id;
}

function readOutputs(outputs: unknown, action: string): DecisionOutput[] {
  return (
    list(outputs)
      // A principal policy's output names no action: it belongs to all of them.
      .filter((output) => !text(output["action"]) || output["action"] === action)
      .map((output) => ({
        source: text(output["source"]) ?? "",
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- shown to the app, never decided on
        value: output["value"] as JsonValue | undefined,
      }))
  );
}

function readMetadata(metadata: unknown, action: string): DecisionMetadata | undefined {
  if (!isObject(metadata)) return undefined;
  const actions = metadata["actions"];
  const own = isObject(actions) && Object.hasOwn(actions, action) ? actions[action] : undefined;
  const roles = metadata["effectiveDerivedRoles"];
  return {
    matchedPolicy: isObject(own) ? text(own["matchedPolicy"]) : undefined,
    matchedScope: isObject(own) ? text(own["matchedScope"]) : undefined,
    effectiveDerivedRoles: Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [],
  };
}

function malformed(what: string): AuthzError {
  return new AuthzError("malformed_response", `The PDP's answer cannot be used: ${what}`);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function list(value: unknown): { readonly [key: string]: unknown }[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
