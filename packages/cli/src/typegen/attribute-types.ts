import { compile, type JSONSchema } from "json-schema-to-typescript";
import { InputError } from "./input-error.ts";
import { ANYTHING } from "./prepare-schema.ts";
import { readSchema } from "./schema-files.ts";

/** The references to schemas of each kind that has any. */
export type SchemaRefs = ReadonlyMap<string, readonly string[]>;

/** Types of attributes. */
export interface AttributeTypes {
  /** An interface `ByKind` with an attribute type for each kind, and what it is made of. */
  readonly declarations: string;
  /** References that were not followed, as they lead out of the policy folder. Their values may be anything. */
  readonly foreign: readonly string[];
}

/**
 * Makes types of the JSON Schemas of kinds, with what these refer to themselves. A schema that does not say whether
 * there may be further properties allows none: a misspelled attribute is an error.
 *
 * @param folder the policy folder
 * @throws InputError where a schema is missing or cannot be read
 */
export async function attributeTypes(folder: string, refsByKind: SchemaRefs): Promise<AttributeTypes> {
  const foreign = new Set<string>();
  /** What a resolver throws may be wrapped in another text, or not come through at all. */
  let refusal: unknown;
  const properties = Object.fromEntries(
    [...refsByKind].map(([kind, refs]): [string, JSONSchema] => [kind, { anyOf: refs.map(($ref) => ({ $ref })) }]),
  );
  const all: JSONSchema = { type: "object", additionalProperties: false, required: [...refsByKind.keys()], properties };
  const declarations = await compile(all, "ByKind", {
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
  }).catch((error: unknown) => {
    refusal ??= new InputError(`The schemas: ${error instanceof Error ? error.message : String(error)}`);
    return "";
  });
  if (refusal !== undefined) throw refusal;
  return { declarations, foreign: [...foreign].toSorted() };
}

/** What a resolver is asked for. */
interface Reference {
  readonly url: string;
}
