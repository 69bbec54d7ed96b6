import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError } from "./input-error.ts";
import { parseSource } from "./parse-source.ts";

/** What Kinde's tokens may have, as the file of the local issuer says. */
export interface KindeNames {
  /** Undefined if the file has no list of them: then any may be used. */
  readonly roles: readonly string[] | undefined;
  /** As roles. */
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
 * @throws InputError where it cannot be read, or is not as the local issuer has it
 */
export async function readKindeNames(file: string, cwd: string): Promise<KindeNames> {
  const text = await readFile(resolve(cwd, file), "utf8").catch(() => {
    throw new InputError(`${file} cannot be read. --kinde takes the configuration of the local issuer.`);
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
