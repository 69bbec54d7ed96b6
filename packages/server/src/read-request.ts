import { type Fields, isFields, isName } from "@kinde-cerbos/core/internal";
import { type GatewayLimits } from "./limits.ts";
import { isPermitted, type Permits } from "./permits.ts";
import { Refusal } from "./refusal.ts";

/** Kinds that clients may check, each with the allowed actions, or `"*"` for any action. */
export interface AllowedKinds {
  readonly [kind: string]: readonly string[] | "*";
}

/** A resource with the actions to check, from known fields only. */
export interface Entry {
  readonly resource: Fields;
  readonly actions: readonly string[];
}

/** A question for the PDP, without the principal. */
export type PdpQuestion =
  | { readonly path: "check"; readonly about: Fields; readonly entries: readonly Entry[] }
  | { readonly path: "plan"; readonly about: Fields; readonly actions: readonly string[]; readonly resource: Fields };

/** How a request is read. */
export interface ReadOptions {
  readonly limits: GatewayLimits;
  readonly permits: Permits;
  /** Default: all. */
  readonly allow?: AllowedKinds | undefined;
}

/** The fields with which a client describes itself. They are allowed, and not forwarded. */
const OF_ITSELF = ["principal", "auxData"];
/** The fields that every request may have. */
const COMMON = ["requestId", "includeMeta", "requestContext"];

/**
 * Reads a body and makes a new question from its known fields. A name such as `__proto__` is a name like any other
 * here: nothing is looked up by it.
 *
 * @throws Refusal `body_invalid`, `too_many_resources`, `too_many_actions`, `attributes_too_deep`, `text_too_long`,
 *   `kind_not_allowed`, `action_not_allowed`, `policy_version_not_allowed`, each with the place; `plan_not_allowed`,
 *   `annotations_not_allowed`
 */
export function readRequest(path: "check" | "plan", body: unknown, options: ReadOptions): PdpQuestion {
  const { limits, permits } = options;
  if (path === "plan" && !permits.plans) {
    throw new Refusal("plan_not_allowed", "This gateway does not answer plans. Turn them on with its option plans.");
  }
  if (!isFields(body)) throw invalid("The body", "must be an object");
  if (path === "plan") {
    requireKnown(body, "The body", [...COMMON, "action", "actions", "resource"], OF_ITSELF);
    const { action, actions, resource } = body;
    // `action` is the older form.
    const asked = readActions(isGiven(actions) ? actions : [action], "actions", options);
    const known = ["kind", "attr", "policyVersion", "scope"];
    return {
      path,
      about: commonOf(body, options),
      actions: asked,
      resource: readResource(resource, "resource", asked, options, known),
    };
  }
  requireKnown(body, "The body", [...COMMON, "resources"], OF_ITSELF);
  const { resources } = body;
  if (!Array.isArray(resources) || resources.length === 0)
    throw invalid("resources", "must be a list that is not empty");
  // Cerbos' own message: clients that know it send fewer resources at a time from then on.
  if (resources.length > limits.resources) {
    throw new Refusal(
      "too_many_resources",
      `number of resources in batch (${resources.length}) exceeds configured limit (${limits.resources})`,
    );
  }
  const entries = resources.map((entry: unknown, index): Entry => {
    const at = `resources[${index}]`;
    if (!isFields(entry)) throw invalid(at, "must be an object");
    requireKnown(entry, at, ["resource", "actions"]);
    const actions = readActions(entry["actions"], `${at}.actions`, options);
    const known = ["kind", "id", "attr", "policyVersion", "scope"];
    return { actions, resource: readResource(entry["resource"], `${at}.resource`, actions, options, known) };
  });
  return { path, about: commonOf(body, options), entries };
}

/**
 * Refuses a resource's scope that is neither the caller's own nor in the list. It is apart from the reading, as the
 * caller's own scope is known only once there is a session.
 *
 * @throws Refusal `scope_not_allowed`, with the place
 */
export function requireScopes(question: PdpQuestion, own: string | undefined, { scopes }: Permits): void {
  const resources = question.path === "plan" ? [question.resource] : question.entries.map(({ resource }) => resource);
  for (const [index, { scope }] of resources.entries()) {
    // The PDP takes an empty text for no scope.
    if (scope === undefined || scope === "" || scope === own || isPermitted(scopes, scope)) continue;
    const at = question.path === "plan" ? "resource" : `resources[${index}].resource`;
    throw new Refusal(
      "scope_not_allowed",
      `${at}.scope is not that of the token's organization. Leave it out, or list it in the gateway's option scopes.`,
    );
  }
}

function commonOf({ requestId, includeMeta, requestContext }: Fields, { limits, permits }: ReadOptions): Fields {
  if (isGiven(requestId)) requireText(requestId, "requestId", limits);
  if (isGiven(includeMeta) && typeof includeMeta !== "boolean") throw invalid("includeMeta", "must be true or false");
  return {
    ...(isGiven(requestId) && { requestId }),
    ...(includeMeta === true && permits.metadata && { includeMeta }),
    ...(isGiven(requestContext) && { requestContext: readContext(requestContext, limits, permits) }),
  };
}

function readContext(context: unknown, limits: GatewayLimits, { clientAnnotations }: Permits): Fields {
  if (!clientAnnotations) {
    throw new Refusal(
      "annotations_not_allowed",
      "requestContext is not accepted from clients. To accept it, set the gateway's option clientAnnotations.",
    );
  }
  if (!isFields(context)) throw invalid("requestContext", "must be an object");
  requireKnown(context, "requestContext", ["annotations"]);
  const { annotations } = context;
  if (!isGiven(annotations)) return {};
  requireAttributes(annotations, "requestContext.annotations", limits);
  return { annotations };
}

function readActions(actions: unknown, at: string, { limits }: ReadOptions): string[] {
  if (!Array.isArray(actions) || actions.length === 0) throw invalid(at, "must be a list that is not empty");
  if (actions.length > limits.actions) {
    throw new Refusal(
      "too_many_actions",
      `number of actions (${actions.length}) exceeds configured limit (${limits.actions})`,
    );
  }
  return actions.map((action: unknown, index) => requireName(action, `${at}[${index}]`, limits));
}

function readResource(
  resource: unknown,
  at: string,
  actions: readonly unknown[],
  { limits, allow, permits }: ReadOptions,
  known: readonly string[],
): Fields {
  if (!isFields(resource)) throw invalid(at, "must be an object");
  requireKnown(resource, at, known);
  const { attr, policyVersion, scope } = resource;
  const kind = requireName(resource["kind"], `${at}.kind`, limits);
  if (allow) requireAllowed(kind, actions, at, allow);
  if (isGiven(attr)) requireAttributes(attr, `${at}.attr`, limits);
  for (const [name, value] of Object.entries({ policyVersion, scope })) {
    if (isGiven(value)) requireText(value, `${at}.${name}`, limits);
  }
  // The PDP takes an empty text for its default version, whose name only its own configuration knows.
  if (isGiven(policyVersion) && policyVersion !== "" && !isPermitted(permits.policyVersions, policyVersion)) {
    throw new Refusal(
      "policy_version_not_allowed",
      `${at}.policyVersion is not accepted. Leave it out, or list it in the gateway's option policyVersions.`,
    );
  }
  return {
    kind,
    ...(known.includes("id") && { id: requireName(resource["id"], `${at}.id`, limits) }),
    ...(isGiven(attr) && { attr }),
    ...(isGiven(policyVersion) && { policyVersion }),
    ...(isGiven(scope) && { scope }),
  };
}

function requireAllowed(kind: string, actions: readonly unknown[], at: string, allow: AllowedKinds): void {
  const allowed = Object.hasOwn(allow, kind) ? allow[kind] : undefined;
  if (allowed === undefined) {
    throw new Refusal(
      "kind_not_allowed",
      `${at} has a kind that this gateway does not accept. Is it in the option allow?`,
    );
  }
  if (allowed !== "*" && !actions.every((action) => allowed.some((name) => name === action))) {
    throw new Refusal(
      "action_not_allowed",
      `${at} has an action that this gateway does not accept. Is it in the option allow?`,
    );
  }
}

function requireAttributes(attr: unknown, at: string, limits: GatewayLimits): void {
  if (!isFields(attr)) throw invalid(at, "must be an object");
  const look = (value: unknown, depth: number): void => {
    if (typeof value === "string") requireText(value, at, limits);
    // JSON.parse makes infinity of 1e999, and JSON.stringify null of infinity: another value than the one sent.
    if (typeof value === "number" && !Number.isFinite(value)) throw invalid(at, "has a number that is too large");
    if (typeof value !== "object" || value === null) return;
    if (depth > limits.attributeDepth) {
      throw new Refusal(
        "attributes_too_deep",
        `${at} is deeper than ${limits.attributeDepth} levels. Send only what policies need.`,
      );
    }
    for (const [key, item] of Object.entries(value)) {
      if (!Array.isArray(value)) requireText(key, at, limits);
      look(item, depth + 1);
    }
  };
  look(attr, 1);
}

function requireKnown(fields: Fields, at: string, known: readonly string[], dropped: readonly string[] = []): void {
  // As the PDP would; a name that it does not know is not to be dropped without a word. The words are no client's own,
  // and "auxData" is not among them: core takes a refusal that speaks of it for one of the token.
  if (!Object.keys(fields).every((field) => known.includes(field) || dropped.includes(field))) {
    throw invalid(at, `has a field that is unknown here: it takes ${known.join(", ")}`);
  }
}

function requireName(value: unknown, at: string, limits: GatewayLimits): string {
  if (!isName(value)) throw invalid(at, "must be a text that is not empty");
  return requireText(value, at, limits);
}

function requireText(value: unknown, at: string, { textLength }: GatewayLimits): string {
  if (typeof value !== "string") throw invalid(at, "must be a text");
  if (value.length > textLength) throw new Refusal("text_too_long", `${at} has a text over ${textLength} characters.`);
  if (!value.isWellFormed()) throw invalid(at, "has half a surrogate pair, which is no text");
  return value;
}

/** Protobuf's JSON takes null for what is not given. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function invalid(at: string, what: string): Refusal {
  return new Refusal("body_invalid", `${at} ${what}.`);
}
