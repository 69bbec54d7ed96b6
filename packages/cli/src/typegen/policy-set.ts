import { matchesKind } from "./kind-pattern.ts";
import { type SourceNode } from "./source-node.ts";

/** The names that policies have for a kind. */
export interface KindNames {
  /** Actions, with their wildcards, such as `comment:*`. */
  readonly actions: Set<string>;
  /** The versions of its resource policies. */
  readonly versions: Set<string>;
  /** The scopes of its resource policies; an empty text for a policy without a scope. */
  readonly scopes: Set<string>;
  /** The `source` of each output of its resource policies. */
  readonly outputs: Set<string>;
  /** The references to schemas of its attributes, by policy version. A version without a schema has no entry. */
  readonly schemas: Map<string, Set<string>>;
}

/** The names in a folder of policies. */
export interface PolicySet {
  readonly kinds: ReadonlyMap<string, KindNames>;
  readonly derivedRoles: ReadonlySet<string>;
}

/** The first characters of Cerbos' wildcards. A kind with a wildcard, in a principal or role policy, is not a kind. */
const WILDCARD = /[*?[{]/;

/**
 * Collects the names in policies.
 *
 * @throws InputError if a policy has a wrong form, with file, line and column
 */
export function policySetOf(policies: readonly SourceNode[]): PolicySet {
  const kinds = new Map<string, KindNames>();
  const derivedRoles = new Set<string>();
  const kindOf = (kind: string): KindNames => {
    const known = kinds.get(kind) ?? {
      actions: new Set(),
      versions: new Set(),
      scopes: new Set(),
      outputs: new Set(),
      schemas: new Map(),
    };
    kinds.set(kind, known);
    return known;
  };
  /** The actions of rules for several kinds, by the pattern of the kinds. */
  const byPattern: [pattern: string, actions: string[]][] = [];
  const addRule = (kind: string, actions: string[]): void => {
    if (WILDCARD.test(kind)) byPattern.push([kind, actions]);
    else addAll(kindOf(kind).actions, actions);
  };
  for (const policy of policies) {
    addResourcePolicy(policy.field("resourcePolicy", "resource_policy"), kindOf);
    addRulesByKind(policy.field("principalPolicy", "principal_policy"), addRule, (rule) =>
      rule
        .field("actions")
        .items()
        .map((action) => action.field("action")),
    );
    addRulesByKind(policy.field("rolePolicy", "role_policy"), addRule, (rule) =>
      rule.field("allowActions", "allow_actions").items(),
    );
    for (const definition of policy.field("derivedRoles", "derived_roles").field("definitions").items()) {
      derivedRoles.add(definition.field("name").name());
    }
  }
  for (const [pattern, all] of byPattern) {
    for (const [kind, { actions }] of kinds) if (pattern !== "*" && matchesKind(pattern, kind)) addAll(actions, all);
  }
  return { kinds, derivedRoles };
}

function addResourcePolicy(policy: SourceNode, kindOf: (kind: string) => KindNames): void {
  if (!policy.exists) return;
  const kind = policy.field("resource").name();
  const { actions, versions, scopes, outputs, schemas } = kindOf(kind);
  const version = policy.field("version").name("default");
  const scope = policy.field("scope").name("");
  versions.add(version);
  scopes.add(scope);
  for (const [at, rule] of policy.field("rules").items().entries()) {
    for (const action of rule.field("actions").items()) actions.add(action.name());
    const name = rule.field("name").name(`rule-${String(at + 1).padStart(3, "0")}`);
    const from = `resource.${identifier(kind)}.v${identifier(version)}${scope && `/${scope}`}`;
    if (rule.field("output").exists) outputs.add(`${from}#${name}`);
  }
  const schema = policy.field("schemas").field("resourceSchema", "resource_schema");
  if (!schema.exists) return;
  const refs = schemas.get(version) ?? new Set();
  schemas.set(version, refs.add(schema.field("ref").name()));
}

/**
 * Adds the kinds and actions of a principal policy or role policy, by rule. Its version and scope are those of
 * principals, so they are not collected.
 */
function addRulesByKind(
  policy: SourceNode,
  addRule: (kind: string, actions: string[]) => void,
  actionsOf: (rule: SourceNode) => SourceNode[],
): void {
  for (const rule of policy.field("rules").items()) {
    addRule(
      rule.field("resource").name(),
      actionsOf(rule).map((action) => action.name()),
    );
  }
}

function addAll(names: Set<string>, more: readonly string[]): void {
  for (const name of more) names.add(name);
}

/** Converts a name as Cerbos does in the source of an output. */
function identifier(name: string): string {
  return name.replaceAll(/[^\w.]+/g, "_");
}
