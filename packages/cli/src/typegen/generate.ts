import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { attributeTypes, type SchemaRefs } from "./attribute-types.ts";
import { byName, generatedFile } from "./generated-file.ts";
import { InputError } from "./input-error.ts";
import { readKindeNames } from "./kinde-names.ts";
import { readPolicies } from "./policy-files.ts";
import { type KindNames, policySetOf } from "./policy-set.ts";

/** What the types are made of. Paths may be relative to the working directory. */
export interface Sources {
  /** The folder of the Cerbos policies. */
  readonly policies: string;
  /** The configuration of the local issuer; undefined for none. */
  readonly kinde: string | undefined;
}

/** The text of the file, and what whoever reads it should know. */
export interface Generated {
  readonly text: string;
  readonly kinds: number;
  /** What was left without a type, and why. */
  readonly notes: readonly string[];
}

/**
 * Makes the text of the generated file.
 *
 * @throws InputError where a policy, a schema or `kinde.json` is missing or wrong
 */
export async function generate({ policies, kinde: kindeFile }: Sources, cwd: string): Promise<Generated> {
  const folder = { path: resolve(cwd, policies), name: policies };
  if (!(await stat(folder.path).catch(() => undefined))?.isDirectory()) {
    throw new InputError(`There is no folder ${policies}. Name the folder of your Cerbos policies.`);
  }
  const set = policySetOf(await readPolicies(folder));
  if (set.kinds.size === 0) throw new InputError(`No policy in ${policies} names a resource kind.`);
  const { refs, notes } = schemaRefs(set.kinds);
  const [attributes, kinde] = await Promise.all([
    attributeTypes(folder, refs),
    kindeFile === undefined ? undefined : readKindeNames(kindeFile, cwd),
  ]);
  return {
    text: generatedFile({ ...set, attributes: attributes.declarations, kinde }),
    kinds: set.kinds.size,
    notes: [...notes, ...attributes.notes],
  };
}

/**
 * The schemas of each kind. A kind has none if one of its policy versions has none: its checks may have any attribute
 * then, which the notes say. Policies of one version share what any of them names, whatever their scope.
 */
function schemaRefs(kinds: ReadonlyMap<string, KindNames>): { refs: SchemaRefs; notes: string[] } {
  const refs = new Map<string, string[]>();
  const notes: string[] = [];
  for (const [kind, { schemas, versions }] of [...kinds].toSorted(byName)) {
    if (schemas.size === 0) continue;
    const without = [...versions].toSorted().find((version) => !schemas.has(version));
    if (without === undefined) refs.set(kind, refsOf(schemas));
    else notes.push(`Policy version "${without}" of ${kind} has no schema, so attributes of ${kind} may be anything.`);
  }
  return { refs, notes };
}

function refsOf(schemas: KindNames["schemas"]): string[] {
  const refs = new Set<string>();
  for (const ofVersion of schemas.values()) for (const ref of ofVersion) refs.add(ref);
  return [...refs].toSorted();
}
