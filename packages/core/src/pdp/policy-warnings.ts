import { fieldsOf, isFields } from "../base/guards.ts";
import { ignoreErrors } from "../base/ignore-errors.ts";
import { readAnswer, readDecision, readSchemaErrors, type SchemaError } from "./decision.ts";
import { type PolicyNames, requireNames, unknownName } from "./name-warnings.ts";
import { type PdpEntry, type PolicyDecisionPoint } from "./pdp.ts";
import { wrappedPdp } from "./wrapped-pdp.ts";

/** Receives a warning for developers. */
type Warn = (message: string) => void;

/** The parts of a check's or plan's resource that a warning names. */
type Subject = Pick<PdpEntry["resource"], "kind" | "policyVersion" | "scope">;

/** The warnings already given on this page or in this process, as JSON. */
const warned = new Set<string>();

/** Whether this warning is new. It is remembered. */
const isNew = (...what: unknown[]): boolean => warned.size < warned.add(JSON.stringify(what)).size;

/**
 * Returns a client that warns developers about denials without an error: a resource that no policy matches, once for
 * each kind and action, and attributes that do not fit their schema, once for each kind and attribute. For development
 * only: it requests the metadata of every check, and removes it unless the caller requested it.
 *
 * Cerbos gives the same answer for an action that no rule names and for one whose rules do not apply to the user. If
 * the names of your policies are given, an unknown kind or action is warned about before it is sent.
 *
 * @throws AuthzError `invalid_option` if `names` is something else
 */
export function withPolicyWarnings(pdp: PolicyDecisionPoint, warn: Warn, names?: PolicyNames): PolicyDecisionPoint {
  requireNames(names);
  return wrappedPdp(pdp, {
    async checkResources(request, send) {
      for (const { resource, actions } of request.resources) warnOfNames(names, resource, actions, warn);
      const answer = await send({ ...request, includeMetadata: true });
      ignoreErrors(() => warnOfAnswer(answer, request.resources, warn, names));
      return request.includeMetadata ? answer : withoutMetadata(answer);
    },
    async planResources(request, send) {
      warnOfNames(names, request.resource, request.actions, warn);
      const answer = await send(request);
      const { kind, validationErrors } = fieldsOf(answer);
      if (kind === "KIND_ALWAYS_DENIED") {
        ignoreErrors(() => warnOfSchema(request.resource, request.actions, readSchemaErrors(validationErrors), warn));
      }
      return answer;
    },
  });
}

function warnOfNames(names: PolicyNames | undefined, { kind }: Subject, actions: readonly string[], warn: Warn): void {
  for (const action of names ? actions : []) {
    const problem = names && unknownName(names, kind, action);
    if (problem && isNew("name", problem))
      ignoreErrors(() => warn(`kinde-cerbos: ${problem} If it is new, run kinde-cerbos typegen again.`));
  }
}

function warnOfAnswer(answer: unknown, entries: readonly PdpEntry[], warn: Warn, names: PolicyNames | undefined): void {
  const { callId, rows } = readAnswer(answer, entries);
  for (const [at, { resource, actions }] of entries.entries()) {
    const denied = actions
      .map((action) => readDecision({ action, resource }, rows[at], callId))
      .filter(({ allowed }) => !allowed);
    // A name that is known to be wrong was warned of already.
    const unmatched = denied.filter(
      ({ action, metadata }) =>
        metadata?.matchedPolicy === "NO_MATCH" && !(names && unknownName(names, resource.kind, action)),
    );
    warnOfNoMatch(
      resource,
      unmatched.map(({ action }) => action),
      warn,
    );
    const [first] = denied;
    if (first)
      warnOfSchema(
        resource,
        denied.map(({ action }) => action),
        first.validationErrors,
        warn,
      );
  }
}

function warnOfNoMatch({ kind, policyVersion, scope }: Subject, actions: readonly string[], warn: Warn): void {
  const fresh = actions.filter((action) => isNew("NO_MATCH", kind, policyVersion, scope, action));
  if (fresh.length === 0) return;
  const version = policyVersion ? `version "${policyVersion}"` : "the PDP's default version";
  warn(
    `kinde-cerbos: Cerbos denied ${quoted(fresh)} on kind "${kind}" because no policy matched that kind ` +
      `(${version}, ${scope ? `scope "${scope}"` : "no scope"}): NO_MATCH. Does the kind equal \`resource\` in your ` +
      "policy, does the policy have this version and scope, and has the PDP loaded it?",
  );
}

function warnOfSchema({ kind }: Subject, actions: readonly string[], errors: readonly SchemaError[], warn: Warn): void {
  const fresh = errors.filter(({ source, path }) => isNew("schema", kind, source, path));
  if (fresh.length === 0) return;
  warn(
    `kinde-cerbos: Cerbos denied ${quoted(actions)} on kind "${kind}", and found attributes that do not fit their ` +
      `schema: ${fresh.map(described).join("; ")}. See validationErrors of the decision or plan.`,
  );
}

function described({ source, path, message }: SchemaError): string {
  const owner = source === "SOURCE_PRINCIPAL" ? "principal" : "resource";
  return `${path} of the ${owner} (${VALUE_FREE.exec(message)?.[0] ?? "its value is not allowed"})`;
}

/**
 * Schema errors whose message may be shown: they contain names, types and the schema's own values. Others quote the
 * attribute's value.
 */
const VALUE_FREE =
  /^(?:(?:expected|missing properties:|additionalProperties|value must be|does not match pattern) .*|must be [<>]=? \S+)/s;

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

/** The answer without metadata, for a caller that did not request it. */
function withoutMetadata(answer: unknown): unknown {
  const { cerbosCallId, results } = fieldsOf(answer);
  if (!Array.isArray(results)) return answer;
  return {
    cerbosCallId,
    results: results.map((row: unknown) => {
      if (!isFields(row)) return row;
      const { resource, actions, outputs, validationErrors } = row;
      return { resource, actions, outputs, validationErrors };
    }),
  };
}
