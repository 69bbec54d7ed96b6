import { fieldsOf } from "@kinde-cerbos/core/internal";

/** Returns the effects in an answer of the REST API or of a client: by action, with the id, for each entry. */
export function effectsIn(answer: unknown): unknown[] {
  const { results } = fieldsOf(answer);
  return Array.isArray(results)
    ? results.map((row) => [fieldsOf(fieldsOf(row)["resource"])["id"], fieldsOf(row)["actions"]])
    : [];
}
