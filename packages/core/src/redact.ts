import { isObject, isPlain, isText } from "./guards.ts";

/** A JWT begins with the base64url of `{"`. */
const JWT = /\beyJ[\w-]*\.[\w-]+(?:\.[\w-]*)?/g;

/** The text without the tokens in it. */
export function redact(text: string): string {
  return text.replace(JWT, "[token]");
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
