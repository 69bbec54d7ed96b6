import { isMap } from "yaml";
import { type ActionPolicy, type PolicyPart, type PolicyRule } from "../data/policy-rule.ts";
import { itemsAt, type PolicySource, readPolicyFiles, textAt, textsAt } from "./policy-files.ts";

/** A resource policy as a decision's metadata name it: `resource.document.vdefault`, or with `/scope` after it. */
const NAME = /^resource\.(?<kind>.+)\.v(?<version>[^/]+)(?:\/(?<scope>.+))?$/;

/** What a policy in the folder says about an action; `null` if there is no resource policy of this name. */
export function actionPolicy(folder: string, policy: string, action: string): ActionPolicy | null {
  const { kind = "", version = "", scope = "" } = NAME.exec(policy)?.groups ?? {};
  if (kind === "") return null;
  const sources = readPolicyFiles(folder);
  const source = sources.find(
    ({ document: { contents } }) =>
      cerbosName(textAt(contents, ["resourcePolicy", "resource"])) === kind &&
      textAt(contents, ["resourcePolicy", "version"]) === version &&
      textAt(contents, ["resourcePolicy", "scope"]) === scope,
  );
  if (!source) return null;
  const { contents } = source.document;
  const roles = derivedRoles(sources, textsAt(contents, ["resourcePolicy", "importDerivedRoles"]));
  const rules = itemsAt(contents, ["resourcePolicy", "rules"]).flatMap(({ node, about }): PolicyRule[] => {
    if (!textsAt(node, ["actions"]).some((name) => covers(name, action))) return [];
    const effect = textAt(node, ["effect"]) === "EFFECT_ALLOW" ? "allow" : "deny";
    const part = partOf(source, node, about);
    const needed = textsAt(node, ["derivedRoles"]).flatMap((name) => roles.get(name) ?? []);
    return [{ ...part, effect, roles: textsAt(node, ["roles"]), derivedRoles: needed }];
  });
  return { file: source.file, line: contents ? source.placeOf(contents).line : 1, rules };
}

/** A kind as it stands in the name of a policy. */
function cerbosName(kind: string): string {
  return kind.replaceAll(/[^\w.]/g, "_");
}

/** Cerbos' actions are globs: a star is any part of a name between colons. */
function covers(pattern: string, action: string): boolean {
  if (pattern === "*") return true;
  const parts = pattern.split(/(\*+)/).map((part) => {
    if (part === "*") return "[^:]*";
    return part.startsWith("*") ? ".*" : part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join("")}$`).test(action);
}

/** The derived roles of the sets with these names. */
function derivedRoles(sources: readonly PolicySource[], sets: readonly string[]): Map<string, PolicyPart> {
  const imported = sources.filter(({ document: { contents } }) =>
    sets.includes(textAt(contents, ["derivedRoles", "name"])),
  );
  return new Map(
    imported.flatMap((source) =>
      itemsAt(source.document.contents, ["derivedRoles", "definitions"]).map(({ node, about }) => {
        const part = partOf(source, node, about);
        return [part.name, part] as const;
      }),
    ),
  );
}

function partOf(source: PolicySource, node: Parameters<PolicySource["placeOf"]>[0], about: string): PolicyPart {
  const match: unknown = isMap(node) ? node.getIn(["condition", "match"], true) : undefined;
  return { ...source.placeOf(node), name: textAt(node, ["name"]), about, condition: conditionText(match) };
}

/** How the parts of a condition are joined, and what stands before them. */
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
