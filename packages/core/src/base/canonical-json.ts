import { AuthzError, type AuthzErrorCode, readable } from "./errors.ts";
import { type Fields, isFields, isPlain, isText } from "./guards.ts";

/** A JSON value, as Cerbos sends and accepts it. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A JSON value as a program has it: frozen or not, and with `undefined` for properties that are left out. */
export type JsonInput =
  | string
  | number
  | boolean
  | null
  | readonly JsonInput[]
  | { readonly [key: string]: JsonInput | undefined };

/**
 * The deepest nesting that is accepted. Protobuf parsers stop at 100 levels, and the request around the value takes
 * some.
 */
const MAX_DEPTH = 64;

/**
 * Returns the canonical text of a JSON value: sorted keys, and one spelling. Equal values have equal texts, so the text
 * can be compared, hashed and used as a key.
 *
 * @param path where the value is, for the message (`attr`)
 * @throws AuthzError as {@link canonicalCopy}
 */
export function canonicalJson(value: unknown, path: string, code?: AuthzErrorCode): string {
  return JSON.stringify(canonicalCopy(value, path, code));
}

/**
 * Returns a frozen copy of a JSON value whose text is canonical.
 *
 * An `undefined` property is left out, as by `JSON.stringify`. Everything else that is not JSON is an error. Converting
 * it would let a policy decide about another value than the program has.
 *
 * @throws AuthzError of the code given, with the path to the value
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as of JSON.parse, the caller knows what it is
export function canonicalCopy<Value>(value: unknown, path: string, code: AuthzErrorCode = "invalid_check"): Value {
  const ancestors: unknown[] = [];
  /** The path from the value to the part that is being copied. It becomes text only for an error. */
  const steps: (string | number)[] = [];
  const copyOf = (part: unknown): unknown => {
    const flaw = flawOf(part, ancestors);
    if (flaw) {
      const at = steps.map((step) => (isText(step) ? `.${step}` : `[${step}]`));
      throw new AuthzError(
        code,
        `${path}${at.join("")} is not JSON: ${flaw}. Convert it (a Date to an ISO string), or leave it out.`,
      );
    }
    // -0 becomes 0.
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
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a value without a flaw is JSON
  return readable(code, path, () => copyOf(value) as Value);
}

/** Copies a part. `step` is its index or name in the part that contains it; `null` for a name, which has no step. */
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

/** Why a value itself, apart from its parts, is not JSON; `undefined` if it is. */
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
