import { isFields } from "@kinde-cerbos/core/internal";

/**
 * Returns a JSON value as YAML, indented by two spaces. Strings are in double quotes, so YAML reads them as strings.
 */
export function yamlOf(value: unknown, indent = ""): string {
  if (Array.isArray(value) && value.some(isNested)) {
    return value.map((item) => `${indent}- ${yamlOf(item, `${indent}  `).trimStart()}`).join("");
  }
  if (isFields(value) && isNested(value)) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return fields.map(([name, field]) => `${indent}${keyOf(name)}:${fieldOf(field, indent)}`).join("");
  }
  return `${indent}${flowOf(value)}\n`;
}

function fieldOf(field: unknown, indent: string): string {
  const isBlock = Array.isArray(field) ? field.some(isNested) : isNested(field);
  return isBlock ? `\n${yamlOf(field, `${indent}  `)}` : ` ${flowOf(field)}\n`;
}

/** Whether a value needs more than one line. */
function isNested(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isFields(value) && Object.keys(value).length > 0;
}

/**
 * Returns a value on one line. JSON is valid YAML, except for characters that YAML treats as line ends or does not
 * allow.
 */
function flowOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowOf).join(", ")}]`;
  return JSON.stringify(value).replaceAll(/[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g, escaped);
}

function escaped(character: string): string {
  return String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Returns a key, without quotes if YAML can read it only as a string. */
function keyOf(name: string): string {
  const isPlain = /^[A-Za-z_]\w*$/.test(name) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(name);
  return isPlain ? name : flowOf(name);
}
