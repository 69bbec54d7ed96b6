import { checkReferences } from "./config-references.ts";
import { checkShape } from "./config-shape.ts";
import type { LocalKindeConfig } from "./config.ts";
import { LocalKindeConfigError } from "./errors.ts";

/** How deeply a config may be nested: far deeper than any property or flag needs. */
const MAX_DEPTH = 100;

/**
 * Checks a config.
 *
 * @param file - The file it was read from, for the error
 * @throws LocalKindeConfigError `config_invalid` with all of its problems
 */
export function checkConfig(value: unknown, file?: string): LocalKindeConfig {
  checkDepth(value, file);
  const { config, problems } = checkShape(value);
  const found = problems ?? checkReferences(config);
  if (config === undefined || found.length > 0) {
    throw new LocalKindeConfigError("config_invalid", found, file === undefined ? {} : { file });
  }
  return config;
}

/**
 * Checks how deeply a value is nested: deeper ones would overflow the stack of code that compares and merges values.
 *
 * @param file - The file it was read from, for the error
 * @throws LocalKindeConfigError `config_invalid`
 */
export function checkDepth(value: unknown, file?: string): void {
  if (!isDeeperThan(MAX_DEPTH, value)) return;
  const problem = { path: "", message: `It is nested more than ${MAX_DEPTH} levels deep.` };
  throw new LocalKindeConfigError("config_invalid", [problem], file === undefined ? {} : { file });
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeperThan(levels - 1, one));
}
