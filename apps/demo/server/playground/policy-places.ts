import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Fields, fieldsOf, isName, textOf } from "@kinde-cerbos/core/internal";
import { isMap, isSeq, LineCounter, parseAllDocuments, type ParsedNode } from "yaml";

/** Where something is written. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A rule of a resource policy, as it is written. */
export interface RulePlace extends Place {
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

/** Reads the files of a folder that have policies in them. */
export async function readPlaces(folder: string, files: readonly string[]): Promise<PolicyPlaces> {
  const rules = new Map<string, RulePlace>();
  const derivedRoles = new Map<string, Place>();
  for (const file of files) {
    const counter = new LineCounter();
    const text = await readFile(join(folder, file), "utf8");
    for (const document of parseAllDocuments(text, { lineCounter: counter, merge: true })) {
      const lineOf = (node: ParsedNode | null): number => counter.linePos(node?.range?.[0] ?? 0).line;
      const { resourcePolicy, derivedRoles: set } = fieldsOf(document.toJS());
      const nodesAt = (path: readonly string[]): (ParsedNode | null)[] => {
        const list = document.getIn(path, true);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the nodes of a document that was parsed
        return isSeq(list) ? (list.items as ParsedNode[]) : [];
      };
      for (const [at, node] of nodesAt(["resourcePolicy", "rules"]).entries()) {
        const rule = isMap(node) ? fieldsOf(node.toJS(document)) : {};
        const name = isName(rule["name"]) ? rule["name"] : `rule-${String(at + 1).padStart(3, "0")}`;
        const { effect, derivedRoles: roles } = rule;
        rules.set(ruleKey(policyName(fieldsOf(resourcePolicy)), name), {
          file,
          line: lineOf(node),
          effect: textOf(effect),
          derivedRoles: Array.isArray(roles) ? roles.filter(isName) : [],
        });
      }
      for (const node of nodesAt(["derivedRoles", "definitions"])) {
        const { name } = isMap(node) ? fieldsOf(node.toJS(document)) : {};
        const policy = `cerbos.derived_roles.${textOf(fieldsOf(set)["name"])}`;
        derivedRoles.set(ruleKey(policy, textOf(name)), { file, line: lineOf(node) });
      }
    }
  }
  return { rules, derivedRoles };
}

/** As Cerbos names a resource policy: it writes kinds in other letters. */
function policyName({ resource, version, scope }: Fields): string {
  const kind = textOf(resource).replaceAll(/[^\w.]+/g, "_");
  return `cerbos.resource.${kind}.v${textOf(version)}${isName(scope) ? `/${scope}` : ""}`;
}
