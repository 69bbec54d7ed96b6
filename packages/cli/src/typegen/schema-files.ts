import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { isFields } from "@kinde-cerbos/core/internal";
import { InputError } from "./input-error.ts";
import { type PolicyFolder } from "./policy-files.ts";
import { prepareSchema } from "./prepare-schema.ts";

/** The prefix of references to schemas of the policy folder. */
const OWN = "cerbos:///";

/**
 * Reads a schema of the policy folder. Its title is set to the name of its file, because its type is named after it.
 *
 * @param url `cerbos:///document.json`, which is `_schemas/document.json`
 * @throws InputError if there is no such file, or it is not a JSON Schema
 */
export async function readSchema(folder: PolicyFolder, url: string): Promise<string> {
  const name = decodeURIComponent(url.slice(OWN.length));
  const schemas = resolve(folder.path, "_schemas");
  const file = resolve(schemas, name);
  const shown = join(folder.name, "_schemas", name);
  if (!url.startsWith(OWN) || relative(schemas, file).startsWith("..")) {
    throw new InputError(`${url} is not below _schemas, where Cerbos reads schemas from.`);
  }
  const text = await readFile(file, "utf8").catch(() => {
    throw new InputError(`${shown} is missing, but ${url} refers to it.`);
  });
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${shown} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isFields(schema)) throw new InputError(`${shown} is not a JSON Schema: it must be an object.`);
  return JSON.stringify({ ...prepareSchema(schema), title: name.replace(/\.json$/, "") });
}
