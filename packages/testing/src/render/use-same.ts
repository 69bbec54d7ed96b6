import { isFields } from "@kinde-cerbos/core/internal";
import { useState } from "react";

/** The value of an earlier render as long as the new one has the same content. Functions are compared by identity. */
export function useSame<Value>(value: Value): Value {
  const [same, setSame] = useState(() => value);
  if (isSame(same, value)) return same;
  setSame(() => value);
  return value;
}

function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, at) => isSame(item, other[at]));
  }
  if (!isRecord(one) || !isRecord(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => isSame(one[name], other[name]));
}

/** Not a promise or an error, whose content does not show. */
function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return isFields(value) && Object.getPrototypeOf(value) === Object.prototype;
}
