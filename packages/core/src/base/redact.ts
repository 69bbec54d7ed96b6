import { isObject, isPlain, isText } from "./guards.ts";

/**
 * A run of characters that a token can be part of: base64url and dots, also escaped for a URL (`%2E`) or JSON
 * (`\u002e`), and a line break if so many more of them follow that it can only be a long text that was wrapped. The
 * number of pieces is limited because the engine's stack is.
 */
const RUN = /(?:[\w.%-]+|\\u|(?:=?\r?\n[ \t]*|(?:\\r)?\\n)(?=[\w.%\\-]{20})){1,9999}/g;

/**
 * The beginning of a token in a run. `eyJ` is the base64url of `{"` and a letter, as in the header and the payload of
 * nearly every JWT; the other form is a header that begins with `{` and white space. Neither looks beyond a fixed
 * length.
 */
const START = /eyJ(?:[\w-]{21}|[\w-]{0,20}\.[\w-])|(?<![\w-])e(?:w[0ko]|yA)[\w-]{13,300}\.[\w-]/;

/**
 * The text with `[token]` in the place of each JWT, and of what is left of one that was cut, wrapped or escaped. Takes
 * time in proportion to the length of the text. A token that is no JWT, such as Kinde's refresh tokens, looks like any
 * other word and stays.
 */
export function redact(text: string): string {
  return text.replace(RUN, (run) => {
    // Wherever it begins: `%20eyJ` and `\\neyJ` have a letter or a digit before it.
    const start = run.search(START);
    return start < 0 ? run : `${run.slice(0, start)}[token]${run.endsWith(".") ? "." : ""}`;
  });
}

/**
 * A cause that can be logged: the same one, unless a token is written in it, or
 * may be where only a log can look. A client quotes an answer that it does not
 * understand, a proxy's error page may quote the request, and some clients put
 * their whole request into what they throw.
 */
export function withoutTokens(cause: unknown): unknown {
  if (isText(cause)) return redact(cause);
  const harmless = new Error("Left out: it may hold a token.");
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

/** Whether all of it can be read, and no token is in it. `visited` is what is known of, or being looked at. */
function isHarmless(value: unknown, visited: Set<unknown>): boolean {
  if (isText(value)) return redact(value) === value;
  if (!isObject(value) || visited.has(value)) return true;
  visited.add(value);
  // A Map, a Headers or a Request does not have its contents in properties.
  if (!(value instanceof Error || Array.isArray(value) || isPlain(value))) return false;
  // An error may inherit its text.
  const keys = [...Reflect.ownKeys(value), "message", "stack"];
  return keys.every((key) => isHarmless(key, visited) && isHarmless(Reflect.get(value, key), visited));
}
