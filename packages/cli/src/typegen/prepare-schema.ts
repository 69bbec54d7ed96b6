import { isFields } from "@kinde-cerbos/core/internal";

/** A part of a JSON document. */
type Fields = { readonly [key: string]: unknown };

/** Keywords whose values are schemas by names: these are no keywords. */
const MAPS = /^(?:properties|patternProperties|\$?defs|definitions|dependentSchemas|dependencies)$/;

/** Keywords whose values are no schemas. */
const VALUES = /^(?:const|enum)$/;

/** What json-schema-to-typescript would copy into the program as it is. */
const CODE = /^(?:tsType|tsEnumNames)$/;

/** What says nothing of a type. */
const LEFT_OUT = /^(?:default|examples)$/;

/** Keywords that say of which type a value is, besides those of {@link PROPERTIES}. */
const TYPES = /^(?:type|enum|const|items)$/;

/** Keywords that say something of an object's properties. */
const PROPERTIES = /^(?:properties|patternProperties|additionalProperties|allOf|anyOf|oneOf|\$ref)$/;

/** Keywords whose values are schemas of the same value. */
const COMBINED = ["allOf", "anyOf", "oneOf"];

/** A schema that says nothing: what fits it may be anything. */
export const ANYTHING = { tsType: "unknown" };

/**
 * A JSON Schema as json-schema-to-typescript should read it: nothing of it is copied into the program, what says
 * nothing may be anything, and references within the file are paths.
 */
export function prepareSchema(schema: Fields): Fields {
  const places = new Map<string, string>();
  findPlaces(schema, "", places);
  return prepareKeywords(schema, places);
}

/** Finds the paths of what has a name: an id, or an anchor (`#name`). */
function findPlaces(value: unknown, path: string, places: Map<string, string>): void {
  if (!isFields(value) && !Array.isArray(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    const isName = /^(?:\$?id|\$anchor)$/.test(key) && typeof inner === "string";
    if (isName) places.set(key === "$anchor" ? `#${inner}` : inner.replace(/#$/, ""), path);
    else if (!VALUES.test(key) && !LEFT_OUT.test(key))
      findPlaces(inner, `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, places);
  }
}

/** `#name` and `https://example.com/own.json#/$defs/name` are `#/$defs/name`, if that is where it is. */
function referenceWithin(ref: string, places: ReadonlyMap<string, string>): string {
  const [base = "", fragment = ""] = ref.split("#", 2);
  const from = base === "" ? "" : places.get(base);
  if (from === undefined) return ref;
  const named = places.get(`#${fragment}`);
  return `#${encodeURI(named ?? "") || from + fragment}`;
}

function prepare(value: unknown, places: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => prepare(item, places));
  return isFields(value) ? prepareKeywords(value, places) : value;
}

function prepareKeywords(schema: Fields, places: ReadonlyMap<string, string>): Fields {
  const keywords = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (CODE.test(key) || LEFT_OUT.test(key) || (/^\$?id$/.test(key) && typeof value === "string")) return [];
    if (VALUES.test(key)) return [[key, withoutCode(value)]];
    if (key === "$ref" && typeof value === "string") return [[key, referenceWithin(value, places)]];
    return [[key, MAPS.test(key) && isFields(value) ? prepareMap(value, places) : prepare(value, places)]];
  });
  return completed(Object.fromEntries(keywords));
}

function prepareMap(map: Fields, places: ReadonlyMap<string, string>): Fields {
  const schemas = Object.entries(map).filter(([, value]) => isFields(value) || typeof value === "boolean");
  return Object.fromEntries(schemas.map(([name, value]) => [name, prepare(value, places)]));
}

/** A reference may lead to a value, as if it were a schema. */
function withoutCode(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) => (CODE.test(key) ? undefined : inner));
}

/** Makes it say what it means. */
function completed({ unevaluatedProperties, ...schema }: Fields): Fields {
  const rest = new Map(Object.entries(schema));
  const isCombined = COMBINED.some((keyword) => keyword in schema);
  if (unevaluatedProperties !== undefined && !("additionalProperties" in schema)) {
    // What it demands of further properties, it does not demand of those that the members describe.
    rest.set("additionalProperties", isCombined ? unevaluatedProperties !== false : unevaluatedProperties);
  }
  // Without properties, json-schema-to-typescript makes the members' type alone.
  const mayHaveMore = rest.has("additionalProperties") && rest.get("additionalProperties") !== false;
  if (isCombined && mayHaveMore && !rest.has("properties")) rest.set("properties", {});
  for (const keyword of COMBINED) {
    const members = rest.get(keyword);
    // Beside properties, those that only require some would allow any others.
    if (!Array.isArray(members) || !(keyword === "allOf" || "properties" in schema || "type" in schema)) continue;
    const telling = members.filter((member) => !isFields(member) || member["tsType"] !== ANYTHING.tsType);
    if (telling.length === 0) rest.delete(keyword);
    else rest.set(keyword, telling);
  }
  const fields = Object.fromEntries(rest);
  const keywords = [...rest.keys()];
  if (keywords.some((keyword) => PROPERTIES.test(keyword))) return fields;
  if (!keywords.some((keyword) => TYPES.test(keyword))) return { ...fields, ...ANYTHING };
  return fields["type"] === "object" ? { ...fields, additionalProperties: true } : fields;
}
