import { checkConfig, checkDepth } from "./check-config.ts";
import type { LocalKindeConfig } from "./config.ts";
import { LocalKindeConfigError, LocalKindeError } from "./errors.ts";
import { isObject } from "./is-object.ts";
import { mergePatch } from "./merge-patch.ts";

/** A part of the config whose entries can be changed: one of its lists, or its feature flags. */
export type ConfigEntries = "featureFlags" | ListName;

/** A list of the config whose entries can be changed. */
type ListName = "organizations" | "people" | "permissions" | "plans" | "roles";

/** The property that identifies an entry in each list. */
const IDS: { readonly [List in ListName]: string } = {
  organizations: "code",
  people: "id",
  permissions: "key",
  plans: "key",
  roles: "key",
};

/** Whether this is a part of the config whose entries can be changed. */
export function isConfigEntries(name: string): name is ConfigEntries {
  return name === "featureFlags" || Object.hasOwn(IDS, name);
}

/**
 * Returns a config with one entry changed by a JSON merge patch.
 *
 * @throws LocalKindeError `unknown_entry`; LocalKindeConfigError `config_invalid` with all problems, also if the patch
 *   changes the id, code or key of the entry
 */
export function patchConfig(
  config: LocalKindeConfig,
  entries: ConfigEntries,
  name: string,
  patch: unknown,
): LocalKindeConfig {
  if (!isObject(patch)) throw problem("", "The patch must be an object.");
  checkDepth(patch);
  const change = structuredClone(patch); // so that later changes of the caller's object have no effect
  if (entries === "featureFlags") {
    const flags = config.featureFlags ?? {};
    if (!Object.hasOwn(flags, name)) throw unknownEntry(entries, name);
    return checkConfig({ ...config, featureFlags: { ...flags, [name]: mergePatch(flags[name], change) } });
  }
  const id = IDS[entries];
  const list: readonly unknown[] = config[entries] ?? [];
  const at = list.findIndex((entry) => isObject(entry) && entry[id] === name);
  if (at < 0) throw unknownEntry(entries, name);
  if (Object.hasOwn(patch, id) && patch[id] !== name) {
    throw problem(`${entries}[${at}].${id}`, `is ${JSON.stringify(name)} and cannot be changed`);
  }
  return checkConfig({ ...config, [entries]: list.with(at, mergePatch(list[at], change)) });
}

/** Returns an entry of a config. */
export function entryOf(config: LocalKindeConfig, entries: ConfigEntries, name: string): unknown {
  if (entries === "featureFlags") return config.featureFlags?.[name];
  const list: readonly object[] = config[entries] ?? [];
  return list.find((entry) => Reflect.get(entry, IDS[entries]) === name);
}

function unknownEntry(entries: ConfigEntries, name: string): LocalKindeError {
  return new LocalKindeError("unknown_entry", `The config has no ${name} in ${entries}.`);
}

function problem(path: string, message: string): LocalKindeConfigError {
  return new LocalKindeConfigError("config_invalid", [{ path, message }]);
}
