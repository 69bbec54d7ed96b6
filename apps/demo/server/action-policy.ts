import { isMap, type Node } from "yaml";
import { type ActionPolicy, type PolicyPart, type PolicyRole, type PolicyRule } from "../data/policy-rule.ts";
import { actionMatches } from "./action-pattern.ts";
import { itemsAt, type PolicySource, readPolicyFiles, textAt, textsAt } from "./policy-files.ts";
import { nameOf, partName, policyKinds, scopesOf } from "./policy-names.ts";

/** The part of a folder's policy that is about an action; `null` if the folder has no policy of this name. */
export function actionPolicy(folder: string, policy: string, action: string): ActionPolicy | null {
  return actionPolicyIn(readPolicyFiles(folder), policy, action);
}

/** {@link actionPolicy} for policies that are already read. `policy` is a name as in a decision's metadata. */
export function actionPolicyIn(sources: readonly PolicySource[], policy: string, action: string): ActionPolicy | null {
  const source = sources.find(({ document }) => nameOf(document.contents) === policy);
  const kind = policyKinds.find(({ name }) => policy.startsWith(`${name}.`));
  if (!source || !kind) return null;
  const family =
    kind.name === "resource"
      ? scopesOf(policy).flatMap((name) => sources.filter(({ document }) => nameOf(document.contents) === name))
      : [];
  const { contents } = source.document;
  return {
    file: source.file,
    line: contents ? source.placeOf(contents).line : 1,
    kind: kind.name,
    rules: family.flatMap((one) => rulesOf(one, sources, action)),
    rolePolicies: sources.map(({ document }) => textAt(document.contents, ["rolePolicy", "role"])).filter(Boolean),
    needsConsent: family.some(({ document }) =>
      textAt(document.contents, ["resourcePolicy", "scopePermissions"]).includes("REQUIRE_PARENTAL_CONSENT"),
    ),
  };
}

/** The rules of a resource policy that name an action. */
function rulesOf(source: PolicySource, sources: readonly PolicySource[], action: string): PolicyRule[] {
  const { contents } = source.document;
  const roles = derivedRoles(sources, textsAt(contents, ["resourcePolicy", "importDerivedRoles"]));
  return itemsAt(contents, ["resourcePolicy", "rules"]).flatMap(({ node, about }, at): PolicyRule[] => {
    if (!textsAt(node, ["actions"]).some((pattern) => actionMatches(pattern, action))) return [];
    const needed = textsAt(node, ["derivedRoles"]).flatMap((name) => roles.get(name) ?? []);
    return [
      {
        ...ruleOf(source, node, about),
        id: textAt(node, ["name"]) || unnamedRule(at),
        scope: textAt(contents, ["resourcePolicy", "scope"]),
        roles: textsAt(node, ["roles"]),
        derivedRoles: needed,
      },
    ];
  });
}

/** The rules of the policies for one principal, about any resource and any action. */
export function principalRules(sources: readonly PolicySource[], principal: string): PolicyRule[] {
  return sources
    .filter(({ document }) => textAt(document.contents, ["principalPolicy", "principal"]) === principal)
    .flatMap((source) => {
      const { contents } = source.document;
      const scope = textAt(contents, ["principalPolicy", "scope"]);
      return itemsAt(contents, ["principalPolicy", "rules"]).flatMap(({ node: rule }) =>
        itemsAt(rule, ["actions"]).flatMap(({ node, about }, at): PolicyRule[] => {
          const id = textAt(node, ["name"]) || `${textAt(rule, ["resource"])}_${unnamedRule(at)}`;
          return [{ ...ruleOf(source, node, about), id, scope, roles: [], derivedRoles: [] }];
        }),
      );
    });
}

/** The policies for roles: what each of these roles may do at most. */
export function rolePolicies(sources: readonly PolicySource[], roles: readonly string[]): PolicyPart[] {
  return sources.flatMap((source) => {
    const { contents } = source.document;
    const role = textAt(contents, ["rolePolicy", "role"]);
    if (!contents || !roles.includes(role)) return [];
    return [{ ...source.placeOf(contents), name: role, about: "", condition: "" }];
  });
}

/** These roles and their parent roles, by the policies for roles. A role has all rights of its parents. */
export function withParentRoles(sources: readonly PolicySource[], roles: readonly string[]): ReadonlySet<string> {
  const all = new Set(roles);
  // The loop also visits what is added to the set meanwhile.
  for (const role of all) {
    for (const { document } of sources) {
      if (textAt(document.contents, ["rolePolicy", "role"]) !== role) continue;
      for (const parent of textsAt(document.contents, ["rolePolicy", "parentRoles"])) all.add(parent);
    }
  }
  return all;
}

/** The derived roles of a folder, by their names in Cerbos' traces: set, space, role. */
export function derivedRolesByTraceName(sources: readonly PolicySource[]): ReadonlyMap<string, PolicyRole> {
  return new Map(
    sources.flatMap((source) => {
      const set = textAt(source.document.contents, ["derivedRoles", "name"]);
      return rolesOf(source).map((role) => [`cerbos.derived_roles.${partName(set)} ${role.name}`, role] as const);
    }),
  );
}

/** The derived roles of the sets with these names. */
function derivedRoles(sources: readonly PolicySource[], sets: readonly string[]): Map<string, PolicyRole> {
  const imported = sources.filter(({ document: { contents } }) =>
    sets.includes(textAt(contents, ["derivedRoles", "name"])),
  );
  return new Map(imported.flatMap(rolesOf).map((role) => [role.name, role] as const));
}

function rolesOf(source: PolicySource): PolicyRole[] {
  return itemsAt(source.document.contents, ["derivedRoles", "definitions"]).flatMap(({ node, about }) => [
    { ...partOf(source, node, about), parentRoles: textsAt(node, ["parentRoles"]) },
  ]);
}

/** The name that Cerbos gives a rule without one, by its place in the list. */
function unnamedRule(at: number): string {
  return `rule-${String(at + 1).padStart(3, "0")}`;
}

function ruleOf(source: PolicySource, node: Node, about: string): PolicyPart & Pick<PolicyRule, "effect"> {
  return { ...partOf(source, node, about), effect: textAt(node, ["effect"]) === "EFFECT_ALLOW" ? "allow" : "deny" };
}

function partOf(source: PolicySource, node: Node, about: string): PolicyPart {
  const match: unknown = isMap(node) ? node.getIn(["condition", "match"], true) : undefined;
  return { ...source.placeOf(node), name: textAt(node, ["name"]), about, condition: conditionText(match) };
}

/** How the parts of a condition are joined, and the prefix of the whole. */
const JOINS = { all: ["", " && "], any: ["", " || "], none: ["!", " || "] } as const;

/** A condition of a policy as one expression in CEL. */
function conditionText(match: unknown): string {
  const expression = textAt(match, ["expr"]).trim();
  if (expression !== "") return expression;
  for (const [name, [prefix, joint]] of Object.entries(JOINS)) {
    const parts = itemsAt(match, [name, "of"]).map(({ node }) => conditionText(node));
    if (parts.length === 1 && prefix === "") return parts[0] ?? "";
    if (parts.length > 0) return `${prefix}(${parts.map((part) => `(${part})`).join(joint)})`;
  }
  return "";
}
