import { fieldsOf } from "@kinde-cerbos/core/internal";

/** The effects of an answer, of the REST API or of a client: by action, for each entry. */
export function effectsIn(answer: unknown): unknown[] {
  const { results } = fieldsOf(answer);
  return Array.isArray(results) ? results.map((row) => fieldsOf(row)["actions"]) : [];
}
