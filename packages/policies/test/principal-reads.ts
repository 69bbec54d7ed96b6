import { parseAllDocuments } from "yaml";

/** Keys whose values are names and no CEL. Whatever else is a text may be an expression. */
const NAMES = new Set([
  "actions",
  "apiVersion",
  "derivedRoles",
  "description",
  "disabled",
  "effect",
  "import",
  "importDerivedRoles",
  "name",
  "ref",
  "resource",
  "scope",
  "scopePermissions",
  "version",
]);

/** Policies that Cerbos chooses by the principal's id or roles, before any condition is asked. */
const BY_PRINCIPAL = new Set(["principalPolicy", "rolePolicy"]);

/** Keys that name roles of the principal: "*" asks for none. */
const ROLES = new Set(["roles", "parentRoles"]);

/**
 * Each place of a policy file that depends on the request's principal, which its sender makes up: an expression that
 * reads it, a rule or derived role for roles of it, a policy for one principal or role. As `path: what is read`.
 */
export function principalReads(text: string): string[] {
  return parseAllDocuments(text, { merge: true }).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return readsOf(document.toJS(), [], "");
  });
}

function readsOf(value: unknown, path: readonly string[], key: string): string[] {
  const at = path.join(".");
  if (BY_PRINCIPAL.has(key)) return [`${at}: a policy for a principal or a role`];
  if (ROLES.has(key)) return JSON.stringify(value) === '["*"]' ? [] : [`${at}: ${JSON.stringify(value)}`];
  if (NAMES.has(key) && isNames(value)) return [];
  if (typeof value === "string") return readsOfExpression(value).map((read) => `${at}: ${read}`);
  if (typeof value !== "object" || value === null) return [];
  // The names in a list of definitions or variables are the author's: only what stands for Cerbos' own keys counts.
  return Object.entries(value).flatMap(([name, below]) =>
    readsOf(below, [...path, name], key === "definitions" || key === "local" || key === "when" ? "" : name),
  );
}

const isNames = (value: unknown): boolean =>
  typeof value === "string" || (Array.isArray(value) && value.every((each) => typeof each === "string"));

/** What can be reached from `request` that is no principal. `P` is short for the principal. */
const HARMLESS = /^request\.(aux_data|auxData|resource)\b/;

function readsOfExpression(expression: string): string[] {
  const code = expression
    // Texts, raw and over several lines too, are no code; comments neither.
    .replaceAll(/[rRbB]{0,2}("""[^]*?"""|'''[^]*?''')/g, '""')
    .replaceAll(/\b[rR][bB]?("[^"\n]*"|'[^'\n]*')/g, '""')
    .replaceAll(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '""')
    .replaceAll(/\/\/.*/g, "")
    .replaceAll(/\s*\.\s*/g, ".");
  // A root is an identifier that is no field of something. `request` alone, or by an index, could be anything.
  const roots = code.matchAll(/(?<![\w$])(?<![\w)\]}"`]\.)(?:P|request)(?![\w$])(?:\.\w+)*/g);
  const reads = Array.from(roots, ([read]) => read).filter((read) => !HARMLESS.test(read));
  // Field names in backticks would hide from the above.
  return code.includes("`") ? [...reads, "`"] : reads;
}
