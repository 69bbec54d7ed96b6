import { at } from "./fields.ts";

/** What came back from a server. */
export type Reply =
  | { readonly kind: "answer"; readonly status: number; readonly headers: Headers; readonly body: unknown }
  /** Nothing that is HTTP. */
  | { readonly kind: "nothing"; readonly reason: string };

/** How long a server may take, ms. */
const TIMEOUT = 10_000;

/**
 * One request. Never rejects. Redirects are not followed: a token would go to where the server says.
 * The body is `undefined` where it is no JSON.
 */
export async function request(fetch: typeof globalThis.fetch, url: string, init: RequestInit = {}): Promise<Reply> {
  try {
    const response = await fetch(url, { redirect: "manual", ...init, signal: AbortSignal.timeout(TIMEOUT) });
    return {
      kind: "answer",
      status: response.status,
      headers: response.headers,
      body: parse(await response.text()),
    };
  } catch (error) {
    return { kind: "nothing", reason: reasonOf(error) };
  }
}

/** What is said of a reply that cannot be used. Nothing that the server wrote is in it: that could be a token. */
export function describe(reply: Reply): string {
  return reply.kind === "nothing" ? reply.reason : `HTTP ${reply.status}`;
}

/** The answer of a server was not HTTP 200. The message is what {@link describe} says. */
export class NotOk extends Error {
  override readonly name = "NotOk";
}

/** A `fetch` for libraries, with the limits of {@link request}. It rejects with {@link NotOk}. */
export function fetchOk(fetch: typeof globalThis.fetch, redirect: "follow" | "manual") {
  return async (url: string, init: object): Promise<Response> => {
    const reply = await request(fetch, url, { ...init, redirect });
    if (reply.kind === "answer" && reply.status === 200) return Response.json(reply.body ?? null);
    throw new NotOk(describe(reply));
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The system's own code (`ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`), which people search for, or fetch's own
 * word.
 */
function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") return `no answer within ${TIMEOUT / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  const word = at(cause, "code") ?? at(cause, "message");
  return typeof word === "string" && /^[\w ]{1,40}$/.test(word)
    ? `no connection: ${word}${meaningOf(word)}`
    : "no connection";
}

/** What the codes of TLS do not say themselves: another remedy than for a server that is down. */
function meaningOf(code: string): string {
  if (/CERT|UNABLE_TO_(?:GET|VERIFY)/.test(code)) {
    return " (the certificate is not trusted here: NODE_EXTRA_CA_CERTS names the CA, if it is one of your own)";
  }
  return code === "ERR_SSL_WRONG_VERSION_NUMBER" ? " (HTTPS is not spoken there: is it http://?)" : "";
}
