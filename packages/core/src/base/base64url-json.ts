/**
 * Parses a part of a JWT, or another JSON text in base64url.
 *
 * @throws Error if it cannot be parsed. Its message may quote the text.
 */
export function fromBase64urlJson(text: string): unknown {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(
    new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0))),
  );
}
