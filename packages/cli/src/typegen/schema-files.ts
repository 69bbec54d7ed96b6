import { readFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { isFields } from "@kinde-cerbos/core/internal";
import { InputError } from "./input-error.ts";

/** How references to schemas of the policy folder begin. */
const OWN = "cerbos:///";

/**
 * The text of a schema of the policy folder, with a title that its type is named after: that of its file.
 *
 * @param url `cerbos:///document.json`, which is `_schemas/document.json`
 * @throws InputError where there is no such file, or it is no JSON Schema
 */
export async function readSchema(folder: string, url: string): Promise<string> {
  const name = decodeURIComponent(url.slice(OWN.length));
  const schemas = resolve(folder, "_schemas");
  const file = resolve(schemas, name);
  const shown = `_schemas/${name}`;
  if (!url.startsWith(OWN) || relative(schemas, file).startsWith("..")) {
    throw new InputError(`${url} is not below _schemas, where Cerbos reads schemas from.`);
  }
  const text = await readFile(file, "utf8").catch(() => {
    throw new InputError(`${shown} is missing, and ${url} refers to it.`);
  });
  let schema: unknown;
  try {
    schema = JSON.parse(text, prepared);
  } catch (error) {
    throw new InputError(`${shown} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isFields(schema)) throw new InputError(`${shown} is no JSON Schema: it must be an object.`);
  return JSON.stringify({ ...schema, title: name.replace(/\.json$/, "") });
}

/**
 * Leaves out what json-schema-to-typescript would copy into the program as it is (`tsType`, `tsEnumNames`), and ids,
 * which references would be resolved against. An object of which nothing is said may have any properties.
 */
function prepared(key: string, value: unknown): unknown {
  if (key === "tsEnumNames" && Array.isArray(value)) return undefined;
  if (/^(?:tsType|\$?id)$/.test(key) && typeof value === "string") return undefined;
  const isBare = isFields(value) && value["type"] === "object" && !SAYS_MORE.some((keyword) => keyword in value);
  return isBare ? { ...value, additionalProperties: true } : value;
}

/** The keywords that say something of an object's properties. */
const SAYS_MORE = ["properties", "patternProperties", "additionalProperties", "allOf", "anyOf", "oneOf", "$ref"];
