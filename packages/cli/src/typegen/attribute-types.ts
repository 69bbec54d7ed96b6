import { compile, type JSONSchema } from "json-schema-to-typescript";
import { InputError } from "./input-error.ts";
import { type PolicyFolder } from "./policy-files.ts";
import { ANYTHING } from "./prepare-schema.ts";
import { readSchema } from "./schema-files.ts";

/** The references to schemas of each kind that has any. */
export type SchemaRefs = ReadonlyMap<string, readonly string[]>;

/** Types of attributes. */
export interface AttributeTypes {
  /** An interface `ByKind` with an attribute type for each kind, and what it is made of. */
  readonly declarations: string;
  /** What may be anything, and why. */
  readonly notes: readonly string[];
}

/**
 * Makes types of the JSON Schemas of kinds, with what these refer to themselves. A schema that does not say whether
 * there may be further properties allows none: a misspelled attribute is an error. What leads out of the policy folder
 * may be anything, and so may a schema of which no type can be made.
 *
 * @throws InputError where a schema is missing or cannot be read
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
        `The schema of ${kind} (${ofKind.join(", ")}) cannot be typed, so attributes of ${kind} may be anything: ${reason}`,
      );
    }
    return typesOf(refs).catch((other: unknown) => {
      throw new InputError(`The schemas cannot be typed: ${textOf(other)}`);
    });
  });
  for (const ref of [...foreign].toSorted()) {
    notes.push(`${ref} is outside of the policy folder, so what it describes may be anything.`);
  }
  return { declarations, notes };
}

/**
 * @param foreign gets the references that are not followed, as they lead out of the policy folder
 * @throws InputError as {@link attributeTypes}; anything else if no types can be made
 */
async function declarationsOf(folder: PolicyFolder, refsByKind: SchemaRefs, foreign: Set<string>): Promise<string> {
  /** What a resolver throws may be wrapped in another text, or not come through at all. */
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
    // `minItems` would make tuples, which the array that a program has does not fit.
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
  // It may have gone on without what could not be read.
  return refusal === undefined ? declarations : failed(refusal);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a resolver is asked for. */
interface Reference {
  readonly url: string;
}
