// The current request. Server components and actions get no request object, so it is read with the functions of
// Next.js.
import { bearerToken, type RequestWithHeaders } from "@kinde-cerbos/server";
import { requireSameOrigin } from "@kinde-cerbos/server/internal";
import { getKindeServerSession } from "@kinde-oss/kinde-auth-nextjs/server";
import { headers } from "next/headers";
import { cache } from "react";

/** Represents the current request. */
export interface CurrentRequest extends RequestWithHeaders {
  /** The access token. Default: the result of {@link tokenOfRequest}. */
  readonly token?: string;
}

/**
 * Returns the same object throughout a request in server components. Elsewhere React does not cache, so each call
 * returns a new one.
 */
export const currentRequest: () => CurrentRequest = cache(() => ({ headers: {} }));

/** Returns the Kinde access token in the cookie, not verified; `null` if there is none. */
export async function tokenInCookie(): Promise<string | null> {
  return textOf(await getKindeServerSession().getAccessTokenRaw());
}

/** Returns the Kinde id token in the cookie, not verified; `null` if there is none. */
export async function idTokenInCookie(): Promise<string | null> {
  return textOf(await getKindeServerSession().getIdTokenRaw());
}

/** Returns the access token of the request: from `Authorization: Bearer` if present, else from the cookie. */
export async function tokenOfRequest({ token }: CurrentRequest): Promise<string | null> {
  return token ?? bearerToken({ headers: await headers() }) ?? tokenInCookie();
}

/**
 * Requires that a request with cookies comes from a page of this origin, does not come from a page, or is a navigation.
 * A link from another site may navigate; a form may not.
 *
 * @throws Refusal `cross_site` for any other request
 */
export async function requireOwnPage(): Promise<void> {
  const sent = await headers();
  if (bearerToken({ headers: sent }) !== null) return;
  if (sent.get("sec-fetch-mode") === "navigate" && !sent.has("content-type")) return;
  requireSameOrigin({ headers: sent, url: "http://localhost" });
}

/** Cookies can have any content, although the types of Kinde's SDK say otherwise. */
function textOf(cookie: unknown): string | null {
  return typeof cookie === "string" && cookie !== "" ? cookie : null;
}
