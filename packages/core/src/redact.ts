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
  if (typeof cause === "string") return redact(cause);
  if (textsOf(cause).every((text) => redact(text) === text)) return cause;
  const message = cause instanceof Error ? cause.message : "what was thrown held a token";
  const harmless = new Error(redact(message));
  harmless.stack = redact((cause instanceof Error && cause.stack) || harmless.message);
  return harmless;
}

/** All text in an error and the causes under it. */
function textsOf(error: unknown, seen: readonly unknown[] = []): string[] {
  if (typeof error === "string") return [error];
  if (typeof error !== "object" || error === null || seen.includes(error)) return [];
  // `message`, `stack` and `cause` are own but not enumerable.
  const values = Object.values(Object.getOwnPropertyDescriptors(error)).map(({ value }): unknown => value);
  return values.flatMap((value) => textsOf(value, [...seen, error]));
}
