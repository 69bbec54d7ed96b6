import { Refusal } from "./refusal.ts";

/** Limits of a body. */
export interface BodyLimits {
  /** Most bytes of a body. */
  readonly bodyBytes: number;
  /** Longest time in which a body arrives, in ms. */
  readonly bodyTimeoutMs: number;
}

/** The types that a text may be sent as. */
export interface TextTypes {
  readonly types: readonly string[];
  /** The types to send, for the message of a refusal. */
  readonly remedy: string;
}

/**
 * The types with which browsers and Cerbos' clients send JSON. `@cerbos/http` sets none, so `fetch` uses `text/plain`.
 */
const JSON_TYPES: TextTypes = {
  types: ["application/json", "text/plain"],
  remedy: "Send JSON in UTF-8, as application/json or text/plain.",
};

/**
 * The JSON of a body. It is counted while it comes, so that no more than the limit is ever held.
 *
 * @throws Refusal `content_type_not_supported`, `body_too_large`, `body_too_slow`, `body_invalid`, `aborted`
 */
export async function readBody(request: Request, limits: BodyLimits): Promise<unknown> {
  const text = await readText(request, limits, JSON_TYPES);
  try {
    // A mark of its order, or a name given twice, is for JSON.parse: the PDP gets what that makes of it, and not the
    // text.
    return JSON.parse(text);
  } catch {
    // The cause is left out on purpose: a JSON parser's message quotes its input.
    throw new Refusal("body_invalid", "The body is not JSON in UTF-8.");
  }
}

/**
 * The text of a body, which has to be UTF-8 and of one of these types; a body without a type counts as `text/plain`.
 *
 * @throws Refusal as {@link readBody}
 */
export async function readText(request: Request, limits: BodyLimits, accepted: TextTypes): Promise<string> {
  requireType(request.headers, accepted);
  const bytes = await collect(request, limits);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal("body_invalid", "The body is not in UTF-8.");
  }
}

function requireType(headers: Headers, { types, remedy }: TextTypes): void {
  const [type = "", ...parameters] = (headers.get("content-type") ?? "text/plain").toLowerCase().split(";");
  const charsets = parameters
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter.startsWith("charset"));
  const isUtf8 = charsets.every((charset) => /^charset="?utf-8"?$/.test(charset));
  if (!types.includes(type.trim()) || !isUtf8) throw new Refusal("content_type_not_supported", remedy);
  if ((headers.get("content-encoding") ?? "identity").trim().toLowerCase() !== "identity") {
    throw new Refusal("content_type_not_supported", "Send the body without a content encoding.");
  }
}

async function collect(
  { body, headers, signal }: Request,
  { bodyBytes, bodyTimeoutMs }: BodyLimits,
): Promise<Uint8Array> {
  // "larger than max" is what Cerbos' own refusal says: clients that know it ask again in parts.
  const tooLarge = new Refusal(
    "body_too_large",
    `The body is larger than max, which is ${bodyBytes} bytes. Send less at a time.`,
  );
  if (Number(headers.get("content-length") ?? 0) > bodyBytes) throw tooLarge;
  if (!body) return new Uint8Array();
  const reader = body.getReader();
  const until = AbortSignal.any([signal, AbortSignal.timeout(bodyTimeoutMs)]);
  const over = new Promise<never>((_, reject) => {
    if (until.aborted) reject(until.reason);
    until.addEventListener("abort", () => reject(until.reason), { once: true });
  });
  // It may come when nobody waits any more.
  over.catch(() => {});
  try {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for (let length = 0; ;) {
      const { done, value } = await Promise.race([over, reader.read()]);
      if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
      length += value.length;
      if (length > bodyBytes) throw tooLarge;
      chunks.push(value);
    }
  } catch (error) {
    // Not awaited: the body is not needed any more, and the client may take any time.
    reader.cancel(error).catch(() => {});
    if (error === tooLarge) throw error;
    throw until.aborted && !signal.aborted
      ? new Refusal("body_too_slow", `The body did not arrive within ${bodyTimeoutMs} ms. Send it faster.`)
      : new Refusal("aborted", "The client left before the end of the body.");
  }
}
