import { canonicalJson, type JsonValue } from "./canonical-json.ts";
import { isFields, isPlain } from "./guards.ts";

/** The canonical JSON of an object, and what it says once that was read back. */
interface Remembered {
  readonly text: string;
  said?: JsonValue;
}

const remembered = new WeakMap<object, Remembered>();

/**
 * As {@link canonicalJson}, of an object that is often asked about: components
 * render again, and a row of a table asks five times about the same attributes.
 * To compare it with what it was is quicker than to write it anew. An object
 * that has changed in the meantime is another one.
 */
export function rememberedJson(value: object, path: string): string {
  const known = remembered.get(value);
  if (known && isSaid(value, (known.said ??= JSON.parse(known.text)))) return known.text;
  const text = canonicalJson(value, path);
  remembered.set(value, { text });
  return text;
}

/** Whether a value is what was written and read back: nothing more, nothing less, and nothing that is not JSON. */
function isSaid(value: unknown, said: JsonValue | undefined): boolean {
  if (Array.isArray(value)) {
    return Array.isArray(said) && said.length === value.length && said.every((item, at) => isSaid(value[at], item));
  }
  // Not NaN, which nothing is equal to.
  if (!isFields(value) || !isFields(said)) return value === said;
  let count = 0;
  for (const key of Object.keys(value)) {
    const part = value[key];
    if (part === undefined) continue;
    if (!Object.hasOwn(said, key) || !isSaid(part, said[key])) return false;
    count += 1;
  }
  return count === Object.keys(said).length && isPlain(value);
}
