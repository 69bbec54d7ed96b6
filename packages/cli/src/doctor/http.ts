import { at } from "./fields.ts";

/** The reply of a server. */
export type Reply =
  | { readonly kind: "answer"; readonly status: number; readonly headers: Headers; readonly body: unknown }
  /** No HTTP answer. */
  | { readonly kind: "nothing"; readonly reason: string };

/** How long to wait for an answer, in ms. */
const TIMEOUT = 10_000;

/**
 * Sends a request. Never rejects. Does not follow redirects, which could send a token elsewhere. The body is
 * `undefined` if it is not JSON.
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

/** Describes a reply that cannot be used. It never quotes the server, whose text could contain a token. */
export function describe(reply: Reply): string {
  return reply.kind === "nothing" ? reply.reason : `HTTP ${reply.status}`;
}

/** The error for an answer other than HTTP 200. Its message is from {@link describe}. */
export class NotOk extends Error {
  override readonly name = "NotOk";
}

/** Returns a `fetch` for libraries, with the limits of {@link request}. It rejects with {@link NotOk}. */
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

/** Returns why a request failed, with the code that people search for: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") return `no answer within ${TIMEOUT / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  const word = at(cause, "code") ?? at(cause, "message");
  return typeof word === "string" && /^[\w ]{1,40}$/.test(word)
    ? `no connection: ${word}${meaningOf(word)}`
    : "no connection";
}

/** Explains codes of TLS errors, whose remedy differs from that of a server that is down. */
function meaningOf(code: string): string {
  if (/CERT|UNABLE_TO_(?:GET|VERIFY)/.test(code)) {
    return " (this machine does not trust the certificate. If the CA is your own, set NODE_EXTRA_CA_CERTS to its file)";
  }
  return code === "ERR_SSL_WRONG_VERSION_NUMBER" ? " (the server does not use HTTPS: is it http://?)" : "";
}
