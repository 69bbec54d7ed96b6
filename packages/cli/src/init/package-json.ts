import { isDeepStrictEqual } from "node:util";
import { fieldsOf, isFields } from "@kinde-cerbos/core/internal";
import { ProgramError } from "../programs/program-error.ts";

/** The entries to add to a package.json, by section. */
export type PackageJsonAdditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** An edited package.json. */
export interface PackageJsonEdit {
  readonly text: string;
  /** Entries that have another value and are kept, such as `scripts.typegen`. */
  readonly kept: readonly string[];
}

/**
 * Reads the text of a package.json.
 *
 * @throws ProgramError if it is not valid JSON, or not an object
 */
export function parsePackageJson(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(withoutMark(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProgramError(`package.json is not valid JSON: ${reason}. Correct it, and run the command again.`);
  }
  if (isFields(value)) return value;
  throw new ProgramError("package.json is not an object. Correct it, and run the command again.");
}

/**
 * Adds missing entries, and keeps the order, the indentation and the line ends. A script with another command is kept.
 * A dependency in any of the lists is kept too, with any version, unless it must be installed from a file.
 *
 * @param overwrite whether to replace entries instead of keeping them
 */
export function editPackageJson(text: string, additions: PackageJsonAdditions, overwrite: boolean): PackageJsonEdit {
  const manifest = parsePackageJson(text);
  const kept: string[] = [];
  const edited: Record<string, unknown> = { ...manifest };
  for (const [section, wanted] of Object.entries(additions)) {
    for (const [name, value] of Object.entries(wanted)) {
      const place = isDependencies(section)
        ? (Object.keys(edited).find((list) => has(edited, list, name)) ?? section)
        : section;
      const current = fieldsOf(edited[place]);
      const isFine = isDependencies(section) && !value.startsWith("file:") ? name in current : current[name] === value;
      if (isFine) continue;
      if (name in current && !overwrite) kept.push(`${place}.${name}`);
      else edited[place] = name in current ? { ...current, [name]: value } : insert(current, name, value);
    }
  }
  if (isDeepStrictEqual(edited, manifest)) return { text, kept };
  const [, indent = "  "] = /\n([\t ]+)"/.exec(text) ?? [];
  const [end = ""] = /\s*$/.exec(text) ?? [];
  const lines = `${JSON.stringify(edited, null, indent)}${end}`.replaceAll("\r\n", "\n");
  return { text: text.includes("\r\n") ? lines.replaceAll("\n", "\r\n") : lines, kept };
}

function isDependencies(section: string): boolean {
  return /dependencies$/i.test(section);
}

function has(manifest: Readonly<Record<string, unknown>>, section: string, name: string): boolean {
  return isDependencies(section) && name in fieldsOf(manifest[section]);
}

/** Inserts an entry in alphabetical order if the list is sorted, otherwise at its end. */
function insert(list: Readonly<Record<string, unknown>>, name: string, value: string): object {
  const entries = Object.entries(list);
  const isSorted = entries.length > 1 && entries.every(([each], index) => each > (entries[index - 1]?.[0] ?? ""));
  const place = isSorted ? entries.findIndex(([each]) => each > name) : -1;
  return Object.fromEntries(entries.toSpliced(place < 0 ? entries.length : place, 0, [name, value]));
}

/** Removes the byte order mark that an editor may have added. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}
