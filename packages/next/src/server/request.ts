// The request that Next is answering. Next tells it by functions, as server components and actions get none.
import { bearerToken, type RequestWithHeaders } from "@kinde-cerbos/server";
import { requireSameOrigin } from "@kinde-cerbos/server/internal";
import { getKindeServerSession } from "@kinde-oss/kinde-auth-nextjs/server";
import { headers } from "next/headers";
import { cache } from "react";

/** Stands for the request. */
export interface CurrentRequest extends RequestWithHeaders {
  /** Its token. Default: the one that {@link tokenOfRequest} finds. */
  readonly token?: string;
}

/** In server components, the same object for all of one request. Elsewhere, React caches nothing, and it is a new one. */
export const currentRequest: () => CurrentRequest = cache(() => ({ headers: {} }));

/** The Kinde access token in the cookie of Kinde's SDK, not verified; `null` if there is none. */
export async function tokenInCookie(): Promise<string | null> {
  return textOf(await getKindeServerSession().getAccessTokenRaw());
}

/** The Kinde id token in the cookie, not verified; `null` if there is none. */
export async function idTokenInCookie(): Promise<string | null> {
  return textOf(await getKindeServerSession().getIdTokenRaw());
}

/** The access token of the request: of `Authorization: Bearer` if it has one, else of the cookie. */
export async function tokenOfRequest({ token }: CurrentRequest): Promise<string | null> {
  return token ?? bearerToken({ headers: await headers() }) ?? tokenInCookie();
}

/**
 * Requires that a request by cookie comes from a page of this origin, from no page, or that it shows a page: a link
 * from elsewhere may do that, and a form may not.
 *
 * @throws Refusal `cross_site`
 */
export async function requireOwnPage(): Promise<void> {
  const sent = await headers();
  if (bearerToken({ headers: sent }) !== null) return;
  if (sent.get("sec-fetch-mode") === "navigate" && !sent.has("content-type")) return;
  requireSameOrigin({ headers: sent, url: "http://localhost" });
}

/** Cookies are what the browser sent, whatever the types of Kinde's SDK say. */
function textOf(cookie: unknown): string | null {
  return typeof cookie === "string" && cookie !== "" ? cookie : null;
}
