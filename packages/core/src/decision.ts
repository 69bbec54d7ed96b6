import { type JsonValue } from "./canonical-json.ts";
import { type PreparedCheck, type Resource } from "./check.ts";
import { AuthzError } from "./errors.ts";
import { type Fields, isFields, isText } from "./guards.ts";
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
 * Rows come in the order of the entries. Where one is not at its place, none can
 * be trusted to be: an entry then gets the row of its name, if only one entry and
 * one row have it, and no row otherwise.
 *
 * @throws AuthzError `malformed_response` if it is not an answer at all
 */
export function readAnswer(response: unknown, entries: readonly PdpEntry[]): PdpAnswer {
  if (!isFields(response) || !Array.isArray(response["results"])) {
    throw malformed("it has no results. Is the URL that of a Cerbos PDP?");
  }
  const callId = text(response["cerbosCallId"]) ?? "";
  const results: readonly unknown[] = response["results"];
  const isInOrder =
    results.length === entries.length && entries.every(({ resource }, row) => isAbout(results[row], resource));
  return { callId, rows: isInOrder ? results : entries.map((entry) => rowByName(entry, entries, results)) };
}

function rowByName(
  { resource }: PdpEntry,
  entries: readonly PdpEntry[],
  results: readonly unknown[],
): unknown {
  const rows = results.filter((row) => isAbout(row, resource));
  const namesakes = entries.filter((entry) => isAbout(entry, resource));
  return rows.length === 1 && namesakes.length === 1 ? rows[0] : undefined;
}

/**
 * Reads one check's decision from the row of its entry, whose name is verified
 * once more.
 *
 * @throws AuthzError `malformed_response` if the row or its effect is missing,
 *   or the row is about another resource
 */
export function readDecision(check: PreparedCheck, row: unknown, callId: string): Decision {
  const { action, resource } = check;
  const about = `"${action}" on ${resource.kind} "${resource.id}"`;
  if (!isFields(row)) throw malformed(`the row for ${about} is missing.`);
  if (!isAbout(row, resource)) throw malformed(`the row for ${about} is about another resource.`);
  const actions = row["actions"];
  const effect = isFields(actions) && Object.hasOwn(actions, action) ? actions[action] : undefined;
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

/** Whether a row names the resource: kind, id and scope, as Cerbos repeats them. It fills in a version that was not asked for. */
function isAbout(row: unknown, resource: Resource): boolean {
  const name = isFields(row) ? row["resource"] : undefined;
  if (!isFields(name) || name["kind"] !== resource.kind || name["id"] !== resource.id) return false;
  const version = text(name["policyVersion"]);
  return (
    (text(name["scope"]) ?? "") === (resource.scope ?? "") &&
    (!resource.policyVersion || !version || version === resource.policyVersion)
  );
}

function readOutputs(outputs: unknown, action: string): DecisionOutput[] {
  // Cerbos 0.51 puts a rule's output out once for each role of the principal: one of each is enough.
  const distinct = new Map(list(outputs).map((output) => [JSON.stringify(output), output]));
  return (
    [...distinct.values()]
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
  if (!isFields(metadata)) return undefined;
  const actions = metadata["actions"];
  const own = isFields(actions) && Object.hasOwn(actions, action) ? actions[action] : undefined;
  const roles = metadata["effectiveDerivedRoles"];
  return {
    matchedPolicy: isFields(own) ? text(own["matchedPolicy"]) : undefined,
    matchedScope: isFields(own) ? text(own["matchedScope"]) : undefined,
    effectiveDerivedRoles: Array.isArray(roles) ? roles.filter(isText) : [],
  };
}

function malformed(what: string): AuthzError {
  return new AuthzError("malformed_response", `The PDP's answer cannot be used: ${what}`);
}

function text(value: unknown): string | undefined {
  return isText(value) ? value : undefined;
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
