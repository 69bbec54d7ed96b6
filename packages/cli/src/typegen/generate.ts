import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { attributeTypes, type SchemaRefs } from "./attribute-types.ts";
import { byName, generatedFile } from "./generated-file.ts";
import { InputError } from "./input-error.ts";
import { readKindeNames } from "./kinde-names.ts";
import { readPolicies } from "./policy-files.ts";
import { type KindNames, policySetOf } from "./policy-set.ts";

/** The files that the types are made from. Paths may be relative to the working directory. */
export interface Sources {
  /** The folder of the Cerbos policies. */
  readonly policies: string;
  /** The config of the local Kinde; `undefined` for none. */
  readonly kinde: string | undefined;
}

/** The generated file. */
export interface Generated {
  readonly text: string;
  /** How many kinds it has. */
  readonly kinds: number;
  /** Which attributes have no types, and why. */
  readonly notes: readonly string[];
}

/**
 * Makes the text of the generated file.
 *
 * @throws InputError if a policy, a schema or `kinde.json` is missing or wrong
 */
export async function generate({ policies, kinde: kindeFile }: Sources, cwd: string): Promise<Generated> {
  const folder = { path: resolve(cwd, policies), name: policies };
  if (!(await stat(folder.path).catch(() => undefined))?.isDirectory()) {
    throw new InputError(`There is no folder ${policies}. Pass the folder of your Cerbos policies.`);
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
 * Returns the schemas of each kind, and notes. A kind has no schemas if one of its policy versions has none: its checks
 * may then have any attribute, and a note says so. Policies of one version share their schemas, in all scopes.
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
