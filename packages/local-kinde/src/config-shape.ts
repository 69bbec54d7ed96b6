import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import schema from "../kinde.schema.json" with { type: "json" };
import { pathOfPointer, pathTo, suggestion } from "./config-path.ts";
import type { LocalKindeConfig } from "./config.ts";
import type { ConfigProblem } from "./errors.ts";

let compiled: ValidateFunction<LocalKindeConfig> | undefined;

/** Checks a value against the JSON Schema. Returns it as a config, or all of its problems. */
export function checkShape(
  value: unknown,
): { config: LocalKindeConfig; problems?: never } | { problems: ConfigProblem[]; config?: never } {
  compiled ??= new Ajv({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    verbose: true,
  }).compile<LocalKindeConfig>(schema);
  if (compiled(value)) return { config: value };
  return { problems: (compiled.errors ?? []).map(describe) };
}

function describe(error: ErrorObject): ConfigProblem {
  const path = pathOfPointer(error.instancePath);
  // Ajv does not type `params` by keyword here, so each value is converted to text.
  const params: Record<string, unknown> = error.params;
  switch (error.keyword) {
    case "required":
      return { path: pathTo(path, text(params["missingProperty"])), message: "is required" };
    case "additionalProperties": {
      const name = text(params["additionalProperty"]);
      const known = Object.keys(objectOrEmpty(objectOrEmpty(error.parentSchema)["properties"]));
      return { path: pathTo(path, name), message: `is not a known setting${suggestion(name, known)}` };
    }
    case "type":
      return { path, message: `must be ${withArticle(text(params["type"]))}, is ${kindOf(error.data)}` };
    case "enum": {
      const allowed = Array.isArray(params["allowedValues"]) ? params["allowedValues"].map(String) : [];
      const given = typeof error.data === "string" ? suggestion(error.data, allowed) : "";
      return {
        path,
        message: `must be one of ${allowed.map((word) => JSON.stringify(word)).join(", ")}${given}`,
      };
    }
    case "pattern":
      // Messages never contain a secret, not even an invalid one.
      if (path.endsWith(".clientSecret"))
        return { path, message: "must be 40 to 60 letters and digits, as Kinde's are" };
      return { path, message: `must be ${patternMeaning(path)}, is ${JSON.stringify(error.data)}` };
    case "minLength":
      return { path, message: "must not be empty" };
    case "minItems":
      return { path, message: "must not be empty" };
    default:
      return { path, message: error.message ?? "is not valid" };
  }
}

function patternMeaning(path: string): string {
  return /[rR]edirectUris\[|^webhooks\[/.test(path) || path.endsWith(".picture")
    ? "an absolute http or https URL without a fragment"
    : "without spaces";
}

function withArticle(type: string): string {
  return type
    .split(",")
    .map((word) => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`))
    .join(" or ");
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return withArticle(typeof value);
}

function text(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}

function objectOrEmpty(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
