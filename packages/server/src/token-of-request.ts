import { isFields } from "@kinde-cerbos/core/internal";
import { Refusal } from "./refusal.ts";
import { malformedToken } from "./verify-token.ts";

/** An object with headers: a Fetch `Request`, or a request of Node, Express or a framework on them. */
export interface RequestWithHeaders {
  /** The headers: a Fetch `Headers`, or an object by name in lower case. */
  readonly headers: Headers | { readonly [name: string]: string | readonly string[] | undefined };
}

/**
 * Returns the token of an `Authorization: Bearer` header; `null` if there is none. Other schemes are ignored: they may
 * belong to a proxy.
 *
 * @throws Refusal `token_malformed`
 */
export function bearerToken({ headers }: RequestWithHeaders): string | null {
  const header = headers instanceof Headers ? headers.get("authorization") : headers["authorization"];
  if (header === undefined || header === null) return null;
  // Two headers are one with a comma, or a list: none of both can be told to be the one.
  const [, scheme, token] = /^(\S+)(?: +(.*))?$/.exec(String(header).trim()) ?? [];
  if (scheme?.toLowerCase() !== "bearer") return null;
  return textOf(token);
}

/**
 * The one token of a request to the PDP: in `auxData.jwt.token` of its body, where
 * Cerbos' clients put it, or in the header.
 *
 * @throws Refusal `token_malformed`; `token_conflict` where both are there and differ
 */
export function tokenOfRequest(request: RequestWithHeaders, body: unknown): string | null {
  const auxData = isFields(body) ? body["auxData"] : undefined;
  const jwt = isFields(auxData) ? auxData["jwt"] : undefined;
  const fromBody = isFields(jwt) && jwt["token"] !== undefined ? textOf(jwt["token"]) : null;
  const fromHeader = bearerToken(request);
  if (fromBody !== null && fromHeader !== null && fromBody !== fromHeader) {
    throw new Refusal(
      "token_conflict",
      "The body and the Authorization header have two different tokens. Send one, in one place.",
    );
  }
  return fromBody ?? fromHeader;
}

function textOf(token: unknown): string {
  if (typeof token === "string") return token;
  throw malformedToken();
}
