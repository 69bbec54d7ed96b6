import { AuthzError, type AuthzErrorCode } from "./errors.ts";

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
export function canonicalJson(
  value: unknown,
  path: string,
  code: AuthzErrorCode = "invalid_check",
): string {
  try {
    return write(value, path, []);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw new AuthzError(
      code,
      `${error.message}. A policy sees JSON only: convert the value first (a Date to an ISO string, a BigInt to a string), or leave it out.`,
    );
  }
}

class NotJson extends Error {}

function write(value: unknown, path: string, ancestors: object[]): string {
  switch (typeof value) {
    case "string":
      if (/\p{Surrogate}/u.test(value)) refuse(path, "a string with half a surrogate pair");
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "number":
      if (!Number.isFinite(value)) refuse(path, String(value));
      return JSON.stringify(value);
    case "object":
      return value === null ? "null" : writeObject(value, path, ancestors);
    default:
      return refuse(path, typeof value === "bigint" ? "a BigInt" : typeof value);
  }
}

function writeObject(value: object, path: string, ancestors: object[]): string {
  if (ancestors.includes(value)) refuse(path, "a cycle");
  if (ancestors.length >= MAX_DEPTH) refuse(path, `nested deeper than ${MAX_DEPTH} levels`);
  ancestors.push(value);
  const text = Array.isArray(value)
    ? `[${Array.from(value, (item, index) => write(item, `${path}[${index}]`, ancestors)).join(",")}]`
    : `{${entriesOf(value, path)
        .map(([key, item]) => `${write(key, path, ancestors)}:${write(item, `${path}.${key}`, ancestors)}`)
        .join(",")}}`;
  ancestors.pop();
  return text;
}

function entriesOf(value: object, path: string): [string, unknown][] {
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm (an iframe) has another Object.prototype, whose own prototype is null too.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    refuse(path, `an instance of ${value.constructor?.name ?? "a class"}`);
  }
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function refuse(path: string, found: string): never {
  throw new NotJson(`${path} is not JSON: ${found}`);
}
