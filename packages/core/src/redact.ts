import { isObject, isPlain, isText } from "./guards.ts";

/** A run of base64url and dots, which may have a token in it. Each character is looked at once. */
const RUN = /[\w.-]+/g;

/** The base64url of `{"` and a letter: how the header and the payload of nearly every JWT begin. */
const JSON_START = "eyJ";

/** The whole header of a JWT that begins with white space instead: `{ "`, or `{` and a new line. */
const ODD_HEADER = /^e[wy][\w-]{14,}$/;

/**
 * The text with `[token]` in the place of each JWT, and of what is left of one that was cut. Takes time in proportion to
 * the length of the text. A token that is no JWT, such as Kinde's refresh tokens, looks like any other word and stays.
 */
export function redact(text: string): string {
  return text.replace(RUN, redactRun);
}

function redactRun(run: string): string {
  const parts = run.split(".");
  const first = parts.findIndex((part, index) => {
    const follows = (count: number): boolean => index + count < parts.length && parts[index + 1] !== "";
    return (follows(1) && part.includes(JSON_START)) || (follows(2) && ODD_HEADER.test(part));
  });
  const header = parts[first];
  if (header === undefined) return run;
  // Wherever it begins: `%20eyJ` and `\\neyJ` have a letter or a digit before it.
  const before = header.slice(0, Math.max(0, header.indexOf(JSON_START)));
  return [...parts.slice(0, first), `${before}[token]`].join(".") + (run.endsWith(".") ? "." : "");
}

/**
 * A cause that can be logged: the same one, unless a token is written in it, or
 * may be where only a log can look. A client quotes an answer that it does not
 * understand, a proxy's error page may quote the request, and some clients put
 * their whole request into what they throw.
 */
export function withoutTokens(cause: unknown): unknown {
  if (isText(cause)) return redact(cause);
  const harmless = new Error("It may hold a token.");
  try {
    if (isHarmless(cause, new Set())) return cause;
    if (cause instanceof Error) {
      harmless.message = redact(cause.message);
      harmless.stack = redact(cause.stack ?? "");
    }
  } catch {
    // It cannot be read to its end.
  }
  return harmless;
}

/** Whether all of it can be seen, and no token is in it. `seen` is what is known of, or being looked at. */
function isHarmless(value: unknown, seen: Set<unknown>): boolean {
  if (isText(value)) return redact(value) === value;
  if (!isObject(value) || seen.has(value)) return true;
  seen.add(value);
  // What a Map, a Headers or a Request holds is in none of its properties.
  if (!(value instanceof Error || Array.isArray(value) || isPlain(value))) return false;
  // An error may inherit its text.
  const keys = [...Reflect.ownKeys(value), "message", "stack"];
  return keys.every((key) => isHarmless(key, seen) && isHarmless(Reflect.get(value, key), seen));
}
