import { itemsAt, readPolicyFiles, textAt, textsAt } from "../policy-files.ts";

/** Where something is written. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A rule of a resource policy, as it is written. */
interface RulePlace extends Place {
  readonly effect: string;
  /** Any of them is enough. */
  readonly derivedRoles: readonly string[];
}

/** The rules and derived roles of a folder of policies, by the names that Cerbos' traces have for them. */
export interface PolicyPlaces {
  /** By {@link ruleKey}. */
  readonly rules: ReadonlyMap<string, RulePlace>;
  /** By {@link ruleKey} too: the name of the set, and that of the role. */
  readonly derivedRoles: ReadonlyMap<string, Place>;
}

export function ruleKey(policy: string, name: string): string {
  return `${policy} ${name}`;
}

/** Reads the policies of a folder. */
export function readPlaces(folder: string): PolicyPlaces {
  const rules = new Map<string, RulePlace>();
  const derivedRoles = new Map<string, Place>();
  for (const { document, placeOf } of readPolicyFiles(folder)) {
    const { contents } = document;
    for (const [at, { node }] of itemsAt(contents, ["resourcePolicy", "rules"]).entries()) {
      const name = textAt(node, ["name"]) || `rule-${String(at + 1).padStart(3, "0")}`;
      rules.set(ruleKey(policyName(contents), name), {
        ...placeOf(node),
        effect: textAt(node, ["effect"]),
        derivedRoles: textsAt(node, ["derivedRoles"]),
      });
    }
    const set = `cerbos.derived_roles.${textAt(contents, ["derivedRoles", "name"])}`;
    for (const { node } of itemsAt(contents, ["derivedRoles", "definitions"])) {
      derivedRoles.set(ruleKey(set, textAt(node, ["name"])), placeOf(node));
    }
  }
  return { rules, derivedRoles };
}

/** As Cerbos names a resource policy: it writes kinds in other letters. */
function policyName(contents: unknown): string {
  const [kind, version, scope] = ["resource", "version", "scope"].map((name) =>
    textAt(contents, ["resourcePolicy", name]),
  );
  return `cerbos.resource.${(kind ?? "").replaceAll(/[^\w.]+/g, "_")}.v${version}${scope ? `/${scope}` : ""}`;
}
