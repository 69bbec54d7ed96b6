import { readFile } from "node:fs/promises";
import { checkConfig } from "./check-config.ts";
import type { LocalKindeConfig } from "./config.ts";
import { LocalKindeConfigError } from "./errors.ts";

/**
 * Reads and checks a config.
 *
 * @param source - The config itself, or the path of its JSON file.
 * @returns A copy, so that later changes of the caller's object have no effect.
 * @throws LocalKindeConfigError `config_unreadable`, or `config_invalid` with all of its problems.
 */
export async function loadConfig(source: LocalKindeConfig | string): Promise<LocalKindeConfig> {
  if (typeof source === "string") return checkConfig(await readJson(source), source);
  return checkConfig(structuredClone(source));
}

async function readJson(file: string): Promise<unknown> {
  try {
    return parseJson(await readFile(file, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LocalKindeConfigError("config_unreadable", [{ path: "", message: reason }], { file, cause });
  }
}

/** Parses JSON. The error of JSON.parse quotes the text around a mistake, so secrets are blanked out first. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    JSON.parse(
      text.replace(/("\w*secret"\s*:\s*"?)[^",}\s]*/gi, (all, before: string) => before.padEnd(all.length, "*")),
    );
    throw new SyntaxError("A clientSecret is not a JSON string.");
  }
}
