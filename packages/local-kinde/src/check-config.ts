import { checkReferences } from "./config-references.ts";
import { checkShape } from "./config-shape.ts";
import type { LocalKindeConfig } from "./config.ts";
import { LocalKindeConfigError } from "./errors.ts";

/** Levels of objects and lists in a config: far more than a property or a flag needs. */
const MAX_DEPTH = 100;

/**
 * Checks a config.
 *
 * @param file - Where it comes from, for the error
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
 * Checks how many levels a value has: code that compares and merges values would run out of stack.
 *
 * @param file - Where it comes from, for the error
 * @throws LocalKindeConfigError `config_invalid`
 */
export function checkDepth(value: unknown, file?: string): void {
  if (!isDeeperThan(MAX_DEPTH, value)) return;
  const problem = { path: "", message: `It has more than ${MAX_DEPTH} levels.` };
  throw new LocalKindeConfigError("config_invalid", [problem], file === undefined ? {} : { file });
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeperThan(levels - 1, one));
}
