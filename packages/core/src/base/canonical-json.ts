import { AuthzError, type AuthzErrorCode, readable } from "./errors.ts";
import { isFields, isPlain, isText } from "./guards.ts";

/** A JSON value, as Cerbos gives and takes it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A JSON value as a program may hold it: frozen or not, with `undefined` for what is left out. */
export type JsonInput =
  | string
  | number
  | boolean
  | null
  | readonly JsonInput[]
  | { readonly [key: string]: JsonInput | undefined };

/** Past this depth a value is refused: Protobuf parsers stop at 100 levels, the request around it takes some. */
const MAX_DEPTH = 64;

/**
 * The one text of a JSON value: keys sorted, nothing optional in the spelling.
 * Equal values have equal text, so it can be compared, hashed and used as a key.
 *
 * An `undefined` property is left out, as `JSON.stringify` does. Everything else
 * that is not JSON is refused and not bent into shape, because a policy would
 * then decide about another value than the one the program holds.
 *
 * @param path where the value stands, for the message (`attr`)
 * @throws AuthzError of the code given, with the path to the value
 */
export function canonicalJson(value: unknown, path: string, code: AuthzErrorCode = "invalid_check"): string {
  const ancestors: unknown[] = [];
  /** From the value to the part that is written. It is put into words for an error only: pages of checks have none. */
  const steps: (string | number)[] = [];
  const write = (part: unknown): string => {
    const flaw = flawOf(part, ancestors);
    if (flaw) {
      const at = steps.map((step) => (isText(step) ? `.${step}` : `[${step}]`));
      throw new AuthzError(
        code,
        `${path}${at.join("")} is not JSON: ${flaw}. Convert it first, as a Date to an ISO string, or leave it out.`,
      );
    }
    if (!isFields(part) && !Array.isArray(part)) return JSON.stringify(part);
    const depth = ancestors.push(part);
    let text = "";
    const add = (step: string | number, item: unknown): void => {
      // A name is a part of what it is in, and no step beyond it.
      steps.length = depth - 1;
      const name = isText(step) ? `${write(step)}:` : "";
      steps[depth - 1] = step;
      text += `${text && ","}${name}${write(item)}`;
    };
    if (Array.isArray(part)) {
      // By index: a hole is an item that is not there.
      for (let at = 0; at < part.length; at += 1) add(at, part[at]);
    } else {
      for (const key of Object.keys(part).toSorted()) {
        const item = part[key];
        if (item !== undefined) add(key, item);
      }
    }
    ancestors.pop();
    steps.length = depth - 1;
    return Array.isArray(part) ? `[${text}]` : `{${text}}`;
  };
  return readable(code, path, () => write(value));
}

/** What keeps a value from being JSON, but for its parts; nothing where it is. */
function flawOf(value: unknown, ancestors: readonly unknown[]): string | false {
  if (isText(value)) return !value.isWellFormed() && "a string with half a surrogate pair";
  if (typeof value === "number") return !Number.isFinite(value) && String(value);
  if (typeof value === "bigint") return "a BigInt";
  if (typeof value !== "object") return typeof value !== "boolean" && typeof value;
  if (value === null) return false;
  if (ancestors.includes(value)) return "a cycle";
  if (ancestors.length >= MAX_DEPTH) return `nested deeper than ${MAX_DEPTH} levels`;
  return !Array.isArray(value) && !isPlain(value) && `an instance of ${value.constructor?.name ?? "a class"}`;
}
