import { isFields, isPlain } from "../base/guards.ts";
import { type Resource } from "./check.ts";

/**
 * Whether a caller's resource equals a prepared one. This is cheaper than comparing canonical JSON, because no text is
 * made.
 *
 * @param known the resource of a prepared check
 */
export function isSameResource(given: Resource | string, known: Resource): boolean {
  if (typeof given === "string") return isSameResource({ kind: given, id: "new" }, known);
  return (
    isFields(given) &&
    given.kind === known.kind &&
    given.id === known.id &&
    given.policyVersion === known.policyVersion &&
    given.scope === known.scope &&
    isSameJson(given.attr === undefined ? NO_ATTRIBUTES : given.attr, known.attr)
  );
}

const NO_ATTRIBUTES = {};

function isSameJson(given: unknown, known: unknown): boolean {
  if (given === known) return true;
  if (Array.isArray(known)) {
    if (!Array.isArray(given) || given.length !== known.length) return false;
    for (let at = 0; at < known.length; at += 1) if (!isSameJson(given[at], known[at])) return false;
    return true;
  }
  if (!isFields(given) || !isFields(known) || !isPlain(given)) return false;
  let count = 0;
  for (const key in known) {
    if (!isSameJson(given[key], known[key])) return false;
    count += 1;
  }
  for (const key in given) if (given[key] !== undefined) count -= 1;
  return count === 0;
}
