import { canonicalJson } from "../base/canonical-json.ts";
import { isFields } from "../base/guards.ts";

/**
 * Fields of a token and a principal whose order does not matter: Kinde may write them in another order in each token.
 */
const SETS: ReadonlySet<string> = new Set([
  "permissions",
  "roles",
  "scp",
  "groups",
  "ext_groups",
  "x-hasura-permissions",
  "x-hasura-roles",
]);

/** The same fields, with those lists sorted. A field that is not a list is unchanged. */
export function inOneOrder(fields: unknown): unknown {
  if (!isFields(fields)) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SETS.has(name) && Array.isArray(value) ? value.toSorted(byText) : value,
    ]),
  );
}

/** Compares items by their whole text, because a role is an object. */
function byText(one: unknown, other: unknown): number {
  const [text, otherText] = [textOf(one), textOf(other)];
  return text < otherText ? -1 : Number(text > otherText);
}

function textOf(item: unknown): string {
  return canonicalJson(item, "item", "invalid_claims");
}
