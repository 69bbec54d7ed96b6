import { isFields } from "@kinde-cerbos/core/internal";

/** A part of a JSON document. */
type Fields = { readonly [key: string]: unknown };

/** Keywords whose values are schemas by name. The names are not keywords. */
const MAPS = /^(?:properties|patternProperties|\$?defs|definitions|dependentSchemas|dependencies)$/;

/** Keywords whose values are not schemas. */
const VALUES = /^(?:const|enum)$/;

/** Keywords that json-schema-to-typescript would copy into the program unchanged. */
const CODE = /^(?:tsType|tsEnumNames)$/;

/** Keywords that do not affect the type. */
const LEFT_OUT = /^(?:default|examples)$/;

/** Keywords that determine the type of a value, besides {@link PROPERTIES}. */
const TYPES = /^(?:type|enum|const|items)$/;

/** Keywords that determine the properties of an object. */
const PROPERTIES = /^(?:properties|patternProperties|additionalProperties|allOf|anyOf|oneOf|\$ref)$/;

/** Keywords that combine schemas of the same value. */
const COMBINED = ["allOf", "anyOf", "oneOf"];

/** A schema that every value fits. */
export const ANYTHING = { tsType: "unknown" };

/**
 * Converts a JSON Schema for json-schema-to-typescript: removes keywords that it would copy into the program, makes
 * schemas without types accept anything, and converts references within the file to paths.
 */
export function prepareSchema(schema: Fields): Fields {
  const places = new Map<string, string>();
  findPlaces(schema, "", places);
  return prepareKeywords(schema, places);
}

/** Collects the paths of schemas with an id or an anchor (`#name`). */
function findPlaces(value: unknown, path: string, places: Map<string, string>): void {
  if (!isFields(value) && !Array.isArray(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    const isName = /^(?:\$?id|\$anchor)$/.test(key) && typeof inner === "string";
    if (isName) places.set(key === "$anchor" ? `#${inner}` : inner.replace(/#$/, ""), path);
    else if (!VALUES.test(key) && !LEFT_OUT.test(key))
      findPlaces(inner, `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, places);
  }
}

/** Converts `#name` and `https://example.com/own.json#/$defs/name` to `#/$defs/name`, if it is in this file. */
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

/** Removes keywords with code from a value, because a reference may use the value as a schema. */
function withoutCode(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, inner: unknown) => (CODE.test(key) ? undefined : inner));
}

/** Adds keywords, so that json-schema-to-typescript makes the intended type. */
function completed({ unevaluatedProperties, ...schema }: Fields): Fields {
  const rest = new Map(Object.entries(schema));
  const isCombined = COMBINED.some((keyword) => keyword in schema);
  if (unevaluatedProperties !== undefined && !("additionalProperties" in schema)) {
    // It does not apply to properties that the members describe.
    rest.set("additionalProperties", isCombined ? unevaluatedProperties !== false : unevaluatedProperties);
  }
  // Without properties, json-schema-to-typescript makes only the type of the members.
  const mayHaveMore = rest.has("additionalProperties") && rest.get("additionalProperties") !== false;
  if (isCombined && mayHaveMore && !rest.has("properties")) rest.set("properties", {});
  for (const keyword of COMBINED) {
    const members = rest.get(keyword);
    // Beside properties, members that only require some properties would allow any others.
    if (!Array.isArray(members) || !(keyword === "allOf" || "properties" in schema || "type" in schema)) continue;
    const typed = members.filter((member) => !isFields(member) || member["tsType"] !== ANYTHING.tsType);
    if (typed.length === 0) rest.delete(keyword);
    else rest.set(keyword, typed);
  }
  const fields = Object.fromEntries(rest);
  const keywords = [...rest.keys()];
  if (keywords.some((keyword) => PROPERTIES.test(keyword))) return fields;
  if (!keywords.some((keyword) => TYPES.test(keyword))) return { ...fields, ...ANYTHING };
  return fields["type"] === "object" ? { ...fields, additionalProperties: true } : fields;
}
