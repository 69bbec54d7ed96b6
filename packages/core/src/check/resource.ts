import { type Resource } from "./check.ts";
import { type AttributesOf, type Kind } from "./register.ts";

/**
 * Makes a resource whose kind the compiler remembers, wherever it is kept: in `const doc = { kind: "document", id }`
 * the kind would be any text.
 *
 * @param attr its attributes, as far as they are known. Default: none
 */
export function resource<K extends Kind>(kind: K, id: string, attr?: AttributesOf<K>): Resource<K> {
  return attr === undefined ? { kind, id } : { kind, id, attr };
}
