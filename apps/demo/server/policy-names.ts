import { textAt } from "./policy-files.ts";

/** The kinds of policies that decide, and the field that each has in its file. */
export const policyKinds = [
  { name: "resource", field: "resourcePolicy" },
  { name: "principal", field: "principalPolicy" },
  { name: "role", field: "rolePolicy" },
] as const;

/** Names of kinds and principals that Cerbos accepted before 0.30. It replaces characters only in these. */
const OLD_NAME = /^[a-z][\w@.\-/]*(?::[a-z][\w@.\-/]*)*$/i;

/** A kind, a principal or a set of derived roles, as Cerbos writes it in the name of a policy. */
export function partName(name: string): string {
  return OLD_NAME.test(name) ? name.replaceAll(/[^\w.]+/g, "_") : name;
}

/** A policy's name as in a decision's metadata, such as `resource.document.vdefault/scope`; empty if it has none. */
export function nameOf(contents: unknown): string {
  for (const { name, field } of policyKinds) {
    const [subject, version, scope] = [name, "version", "scope"].map((key) => textAt(contents, [field, key]));
    // A policy without a version is of the default one.
    if (subject) return `${name}.${partName(subject)}.v${version || "default"}${scope ? `/${scope}` : ""}`;
  }
  return "";
}

/** The names of a policy and of those of its parent scopes, nearest first. */
export function scopesOf(policy: string): string[] {
  // A scope has no slash, a kind may have one.
  const at = policy.lastIndexOf("/");
  const scope =
    /^[\w.-]+$/.test(policy.slice(at + 1)) && /\.v\w+$/.test(policy.slice(0, at)) ? policy.slice(at + 1) : "";
  if (at === -1 || scope === "") return [policy];
  const base = policy.slice(0, at);
  const parts = scope.split(".");
  return [...parts.map((_, index) => `${base}/${parts.slice(0, parts.length - index).join(".")}`), base];
}
