import { type Resource } from "./check.ts";
import { type AttributesOf, type Kind } from "./register.ts";

/**
 * Creates a resource and keeps its kind as a literal type. In `const doc = { kind: "document", id }` the kind would be
 * any string.
 *
 * @param attr the attributes that are known. Default: none
 */
export function resource<K extends Kind>(kind: K, id: string, attr?: AttributesOf<K>): Resource<K> {
  return attr === undefined ? { kind, id } : { kind, id, attr };
}
