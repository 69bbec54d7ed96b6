import { isText } from "./guards.ts";

/** A JWT begins with the base64url of `{"`. */
const JWT = /\beyJ[\w-]*\.[\w-]+(?:\.[\w-]*)?/g;

/** The text without the tokens in it. */
export function redact(text: string): string {
  return text.replace(JWT, "[token]");
}

/**
 * A cause that can be logged: the same one, unless a token is written in it or in
 * a cause of its own. A client quotes an answer that it does not understand, and
 * a proxy's error page may quote the request.
 */
export function withoutTokens(cause: unknown): unknown {
  if (isText(cause)) return redact(cause);
  if (!holdsToken(cause, [])) return cause;
  const { message, stack = "" } = cause instanceof Error ? cause : new Error("what was thrown held a token");
  const harmless = new Error(redact(message));
  harmless.stack = redact(stack);
  return harmless;
}

/** Whether a token is in the text of an error, or of a cause under it. */
function holdsToken(error: unknown, above: readonly unknown[]): boolean {
  if (isText(error)) return redact(error) !== error;
  if (typeof error !== "object" || error === null || above.includes(error)) return false;
  // `message`, `stack` and `cause` are own but not enumerable.
  const own = Object.values(Object.getOwnPropertyDescriptors(error));
  return own.some(({ value }) => holdsToken(value, [...above, error]));
}
