import { parseAllDocuments } from "yaml";

/** Keys whose values are names, not CEL. Any other string may be an expression. */
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

/** Policies that Cerbos selects by the principal's id or roles, before it evaluates a condition. */
const BY_PRINCIPAL = new Set(["principalPolicy", "rolePolicy"]);

/** Keys that list roles of the principal: "*" requires none. */
const ROLES = new Set(["roles", "parentRoles"]);

/**
 * Returns each place in a policy file that depends on the request's principal, which its sender chooses: an expression
 * that reads it, a rule or derived role for its roles, or a policy for a principal or role. As `path: what is read`.
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
  // Names in a list of definitions or variables are chosen by the author. Only Cerbos' own keys are checked.
  return Object.entries(value).flatMap(([name, below]) =>
    readsOf(below, [...path, name], key === "definitions" || key === "local" || key === "when" ? "" : name),
  );
}

const isNames = (value: unknown): boolean =>
  typeof value === "string" || (Array.isArray(value) && value.every((each) => typeof each === "string"));

/** The fields of `request` that are not the principal. `P` is short for the principal. */
const HARMLESS = /^request\.(aux_data|auxData|resource)\b/;

function readsOfExpression(expression: string): string[] {
  const code = expression
    // String literals (also raw and multi-line ones) and comments are not code.
    .replaceAll(/[rRbB]{0,2}("""[^]*?"""|'''[^]*?''')/g, '""')
    .replaceAll(/\b[rR][bB]?("[^"\n]*"|'[^'\n]*')/g, '""')
    .replaceAll(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '""')
    .replaceAll(/\/\/.*/g, "")
    .replaceAll(/\s*\.\s*/g, ".");
  // A root is an identifier that is not a field of another value. `request` alone or with an index could be anything.
  const roots = code.matchAll(/(?<![\w$])(?<![\w)\]}"`]\.)(?:P|request)(?![\w$])(?:\.\w+)*/g);
  const reads = Array.from(roots, ([read]) => read).filter((read) => !HARMLESS.test(read));
  // Field names in backticks would not be found by the search above.
  return code.includes("`") ? [...reads, "`"] : reads;
}
