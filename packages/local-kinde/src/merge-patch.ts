import { isObject } from "./is-object.ts";

/** Applies a JSON merge patch (RFC 7396): objects are merged, `null` removes a property, others replace it. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  // A map instead of an object, so that "__proto__" is a name like any other.
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}
