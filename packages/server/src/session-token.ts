import { type Principal } from "@kinde-cerbos/core";
import { fieldsOf } from "@kinde-cerbos/core/internal";
import { Refusal } from "./refusal.ts";

/** Returns the token of a request that does not carry one, such as from a cookie; `null` if there is none. */
export type TokenOf = (request: Request) => string | null | undefined | Promise<string | null | undefined>;

/**
 * Returns the token that a request carries, or else what `tokenOf` finds for it, as for a page of this origin.
 *
 * @throws Refusal `cross_site`
 */
export async function findToken(
  request: Request,
  carried: string | null,
  tokenOf: TokenOf | undefined,
): Promise<{ readonly token: string | null; readonly isFound: boolean }> {
  if (carried !== null || !tokenOf) return { token: carried, isFound: false };
  requireSameOrigin(request);
  return { token: (await tokenOf(request)) ?? null, isFound: true };
}

/** The part of a request that says where it came from. */
interface SentRequest {
  readonly headers: Pick<Headers, "get">;
  readonly url: string;
}

/**
 * Requires that the request comes from a page of this origin, or not from a page: browsers also send cookies with
 * requests from other sites.
 *
 * @throws Refusal `cross_site`
 */
export function requireSameOrigin({ headers, url }: SentRequest): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  // Browsers before 2023 may send no Sec-Fetch-Site. Their Origin then has the host that they asked.
  const isSame = site === null ? isOfHost(origin, headers.get("host") ?? new URL(url).host) : site === "same-origin";
  if (isSame) return;
  throw new Refusal(
    "cross_site",
    "A page of another origin sent a request with a cookie. Send it from the gateway's own origin, or send the token.",
  );
}

function isOfHost(origin: string | null, host: string): boolean {
  return origin === null || (URL.canParse(origin) && new URL(origin).host === host);
}

/**
 * Requires that the page has the same user and organization as the server's session: another tab may have signed in
 * somebody else, and decisions for them must not be shown on this page.
 *
 * @param body - Of the request: its principal is what the page believes, and is used for nothing else
 * @throws Refusal `session_mismatch`
 */
export function requireSameSession(body: unknown, { id, attr }: Principal): void {
  const page = fieldsOf(fieldsOf(body)["principal"]);
  const orgCode = fieldsOf(page["attr"])["orgCode"];
  if (page["id"] === id && (orgCode ?? null) === (attr["orgCode"] ?? null)) return;
  throw new Refusal(
    "session_mismatch",
    "The page has another user or organization than the server's session. Get the session's claims again. If that " +
      "does not help, the page and the gateway have different principal options.",
  );
}
