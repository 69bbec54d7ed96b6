import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { InputError } from "./input-error.ts";
import { parseSource } from "./parse-source.ts";

/** What Kinde's tokens may have, as the file of the local issuer says. */
export interface KindeNames {
  readonly roles: readonly string[];
  /** Undefined if the file lists none: then any may be used. */
  readonly permissions: readonly string[] | undefined;
  /** The TypeScript type of each flag's values. */
  readonly flags: ReadonlyMap<string, string>;
}

const FLAG_TYPES: { readonly [type: string]: string } = {
  boolean: "boolean",
  integer: "number",
  string: "string",
  json: "unknown",
};

/**
 * Reads `kinde.json`.
 *
 * @throws InputError where it cannot be read, or is not as the local issuer has it
 */
export async function readKindeNames(file: string, cwd: string): Promise<KindeNames> {
  const text = await readFile(resolve(cwd, file), "utf8").catch(() => {
    throw new InputError(`${file} cannot be read. --kinde takes the configuration of the local issuer.`);
  });
  const [root] = parseSource(file, text);
  if (!root) throw new InputError(`${file} is empty.`);
  const keysOf = (name: string): string[] =>
    root
      .field(name)
      .items()
      .map((item) => item.field("key").text());
  const flags = Object.keys(fieldsOf(root.field("featureFlags").value)).map((key): [string, string] => {
    const type = root.field("featureFlags").field(key).field("type");
    const typeName = FLAG_TYPES[type.text()];
    if (typeName === undefined) throw type.refusal(`must be one of ${Object.keys(FLAG_TYPES).join(", ")}`);
    return [key, typeName];
  });
  return {
    roles: keysOf("roles"),
    permissions: root.field("permissions").exists ? keysOf("permissions") : undefined,
    flags: new Map(flags),
  };
}
