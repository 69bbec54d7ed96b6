import { AuthzError, type AuthzErrorCode, readable } from "./errors.ts";
import { type Fields, isFields, isPlain, isText } from "./guards.ts";

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
 * The one text of a JSON value: keys in one order, nothing optional in the spelling.
 * Equal values have equal text, so it can be compared, hashed and used as a key.
 *
 * @param path where the value stands, for the message (`attr`)
 * @throws AuthzError as {@link canonicalCopy}
 */
export function canonicalJson(value: unknown, path: string, code?: AuthzErrorCode): string {
  return JSON.stringify(canonicalCopy(value, path, code));
}

/**
 * A copy of a JSON value whose text is canonical. It is frozen, so it can be given to anybody.
 *
 * An `undefined` property is left out, as `JSON.stringify` does. Everything else
 * that is not JSON is refused and not bent into shape, because a policy would
 * then decide about another value than the one the program holds.
 *
 * @throws AuthzError of the code given, with the path to the value
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as of JSON.parse, the caller knows what it is
export function canonicalCopy<Value>(value: unknown, path: string, code: AuthzErrorCode = "invalid_check"): Value {
  const ancestors: unknown[] = [];
  /** From the value to the part that is copied. It is put into words for an error only: pages of checks have none. */
  const steps: (string | number)[] = [];
  const copyOf = (part: unknown): unknown => {
    const flaw = flawOf(part, ancestors);
    if (flaw) {
      const at = steps.map((step) => (isText(step) ? `.${step}` : `[${step}]`));
      throw new AuthzError(
        code,
        `${path}${at.join("")} is not JSON: ${flaw}. Convert it first, as a Date to an ISO string, or leave it out.`,
      );
    }
    // -0 is written as what it is equal to.
    if (typeof part === "number") return part + 0;
    if (!isFields(part) && !Array.isArray(part)) return part;
    const depth = ancestors.push(part);
    const copyIn: CopyIn = (step, item) => {
      if (step === null) steps.length = depth - 1;
      else steps[depth - 1] = step;
      return copyOf(item);
    };
    const copy = Array.isArray(part) ? copyItems(part, copyIn) : copyFields(part, copyIn);
    ancestors.pop();
    steps.length = depth - 1;
    return Object.freeze(copy);
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what has no flaw is JSON
  return readable(code, path, () => copyOf(value) as Value);
}

/** Copies a part. The step leads to it from what it is in; it is `null` for the name of a part, which has no step. */
type CopyIn = (step: string | number | null, item: unknown) => unknown;

function copyItems(items: readonly unknown[], copyIn: CopyIn): unknown[] {
  const copies: unknown[] = [];
  // By index: a hole is an item that is not there.
  for (let at = 0; at < items.length; at += 1) copies.push(copyIn(at, items[at]));
  return copies;
}

function copyFields(fields: Fields, copyIn: CopyIn): Fields {
  const copies: { [name: string]: unknown } = {};
  // Names that are whole numbers come first in any object, whatever order they are added in.
  for (const name of Object.keys(fields).toSorted()) {
    const item = fields[name];
    if (item === undefined) continue;
    copyIn(null, name);
    const value = copyIn(name, item);
    if (name === "__proto__") Object.defineProperty(copies, name, { value, enumerable: true });
    else copies[name] = value;
  }
  return copies;
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
