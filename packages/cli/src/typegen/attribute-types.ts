import { compile, type JSONSchema } from "json-schema-to-typescript";
import { InputError } from "./input-error.ts";
import { type PolicyFolder } from "./policy-files.ts";
import { ANYTHING } from "./prepare-schema.ts";
import { readSchema } from "./schema-files.ts";

/** The references to schemas, by kind. */
export type SchemaRefs = ReadonlyMap<string, readonly string[]>;

/** The types of attributes. */
export interface AttributeTypes {
  /** An interface `ByKind` with an attribute type for each kind, and the types it uses. */
  readonly declarations: string;
  /** Which attributes may be anything, and why. */
  readonly notes: readonly string[];
}

/**
 * Makes types from the JSON Schemas of kinds, and the schemas they refer to. A schema without `additionalProperties`
 * allows no other properties, so that a misspelled attribute is an error. A reference to outside of the policy folder
 * may be anything, and so may a schema that cannot be typed.
 *
 * @throws InputError if a schema is missing or cannot be read
 */
export async function attributeTypes(folder: PolicyFolder, refsByKind: SchemaRefs): Promise<AttributeTypes> {
  const foreign = new Set<string>();
  const notes: string[] = [];
  const typesOf = (refs: SchemaRefs): Promise<string> => declarationsOf(folder, refs, foreign);
  const declarations = await typesOf(refsByKind).catch(async (error: unknown) => {
    if (error instanceof InputError) throw error;
    const refs = new Map(refsByKind);
    for (const [kind, ofKind] of refsByKind) {
      const reason = await typesOf(new Map([[kind, ofKind]])).then(() => undefined, textOf);
      if (reason === undefined) continue;
      refs.set(kind, []);
      notes.push(
        `The schema of ${kind} (${ofKind.join(", ")}) cannot be typed, so attributes of ${kind} may be anything: ` +
          reason,
      );
    }
    return typesOf(refs).catch((other: unknown) => {
      throw new InputError(`The schemas cannot be typed: ${textOf(other)}`);
    });
  });
  for (const ref of [...foreign].toSorted()) {
    notes.push(`${ref} is outside of the policy folder and is not read, so what it describes may be anything.`);
  }
  return { declarations, notes };
}

/**
 * @param foreign collects the references to outside of the policy folder, which are not followed
 * @throws InputError as {@link attributeTypes}; anything else if no types can be made
 */
async function declarationsOf(folder: PolicyFolder, refsByKind: SchemaRefs, foreign: Set<string>): Promise<string> {
  /** The first error of a resolver: the library may wrap it, or lose it. */
  let refusal: unknown;
  const properties = Object.fromEntries(
    [...refsByKind].map(([kind, refs]): [string, JSONSchema] => [
      kind,
      refs.length === 0 ? ANYTHING : { anyOf: refs.map(($ref) => ({ $ref })) },
    ]),
  );
  const all: JSONSchema = { type: "object", additionalProperties: false, required: [...refsByKind.keys()], properties };
  const compiled = compile(all, "ByKind", {
    additionalProperties: false,
    bannerComment: "",
    // `minItems` would make tuples, and arrays in programs do not fit tuples.
    ignoreMinAndMaxItems: true,
    // Prettier takes a second for 200 kinds.
    format: false,
    $refOptions: {
      resolve: {
        file: false,
        http: false,
        own: {
          order: 1,
          canRead: /^cerbos:/,
          read: ({ url }: Reference) =>
            readSchema(folder, url).catch((error: unknown) => {
              refusal ??= error;
              throw error;
            }),
        },
        foreign: {
          order: 2,
          canRead: true,
          read: ({ url }: Reference) => {
            foreign.add(url);
            return JSON.stringify(ANYTHING);
          },
        },
      },
    },
  });
  const failed = (error: unknown): never => {
    throw refusal ?? error;
  };
  const declarations = await compiled.catch(failed);
  // The library may have continued without the schema that could not be read.
  return refusal === undefined ? declarations : failed(refusal);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A reference to resolve. */
interface Reference {
  readonly url: string;
}
