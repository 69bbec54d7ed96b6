import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError } from "./input-error.ts";
import { parseSource } from "./parse-source.ts";

/** The names that Kinde's tokens may contain, from the config of the local Kinde. */
export interface KindeNames {
  /** The keys of roles; `undefined` if the file has no list of them, and any may be used. */
  readonly roles: readonly string[] | undefined;
  /** The keys of permissions; `undefined` as for roles. */
  readonly permissions: readonly string[] | undefined;
  /** The TypeScript type of each flag's values. */
  readonly flags: ReadonlyMap<string, string>;
}

const FLAG_TYPES = new Map([
  ["boolean", "boolean"],
  ["integer", "number"],
  ["string", "string"],
  ["json", "unknown"],
]);

/**
 * Reads `kinde.json`.
 *
 * @throws InputError if it cannot be read, or is not a config of the local Kinde
 */
export async function readKindeNames(file: string, cwd: string): Promise<KindeNames> {
  const text = await readFile(resolve(cwd, file), "utf8").catch(() => {
    throw new InputError(`${file} cannot be read. Set --kinde to the config of the local Kinde.`);
  });
  const [root] = parseSource(file, text);
  if (!root) throw new InputError(`${file} is empty.`);
  const fields = new Map(root.fields());
  const keysOf = (name: string): string[] | undefined => {
    const list = fields.get(name);
    return list?.exists ? list.items().map((item) => item.field("key").text()) : undefined;
  };
  const flags = (fields.get("featureFlags")?.fields() ?? []).map(([key, flag]): [string, string] => {
    const type = flag.field("type");
    const typeName = FLAG_TYPES.get(type.text());
    if (typeName === undefined) throw type.refusal(`must be one of ${[...FLAG_TYPES.keys()].join(", ")}`);
    return [key, typeName];
  });
  return { roles: keysOf("roles"), permissions: keysOf("permissions"), flags: new Map(flags) };
}
