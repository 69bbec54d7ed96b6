import { createSession } from "@kinde-cerbos/core";
import { fieldsOf, organizationsIn, payloadIn } from "@kinde-cerbos/core/internal";
import { type Enforcer, Refusal } from "@kinde-cerbos/server";
import { type PageSession } from "../page-session.ts";
import { refreshedToken } from "./refresh.ts";
import { renewedToken } from "./renew.ts";
import { type CurrentRequest, idTokenInCookie, tokenInCookie } from "./request.ts";

/** A token that expires within this time is refreshed, in ms. The browser requests a refresh this early. */
const REFRESH_BEFORE_MS = 10_000;

/** A token younger than this is not renewed, in ms, unless it was refused as revoked. */
const NEW_MS = 2000;

/** Verifies a token and returns its session. */
export type Identify = Enforcer<CurrentRequest>["identify"];

/** Returns the session of the request. It does not refresh the token, because a server component cannot set cookies. */
export async function pageSessionOf(identify: Identify): Promise<PageSession> {
  const token = await tokenInCookie();
  try {
    return await sessionOf(identify, token);
  } catch (error) {
    // The page requests its session, and gets the reason if it persists.
    if (error instanceof Refusal) return { status: "unknown" };
    throw error;
  }
}

/**
 * Returns the session of the request. A token that has expired or is refused is refreshed first. Call it only where
 * cookies may be set.
 *
 * @throws Refusal if there is a token that cannot be used or refreshed
 */
export async function refreshedPageSession(identify: Identify, request: Request): Promise<PageSession> {
  const token = await tokenInCookie();
  if (token === null) return nobody();
  try {
    const found = await sessionOf(identify, token);
    if (!endsSoon(found)) return found;
  } catch (error) {
    if (isRevocation(error)) return renewed(identify, token, request);
    if (!(error instanceof Refusal && error.status === 401)) throw error;
  }
  return sessionOf(identify, await refreshedToken(token));
}

/**
 * Returns the session of the request with a new token from Kinde, although the current token may be valid. Call it only
 * where cookies may be set.
 *
 * @throws Refusal `rate_limited` if the user's tokens were renewed too often; as {@link refreshedPageSession}
 */
export async function renewedPageSession(identify: Identify, request: Request): Promise<PageSession> {
  const token = await tokenInCookie();
  if (token === null) return nobody();
  try {
    const found = await sessionOf(identify, token);
    // Another tab has just renewed it.
    if (isNew(found)) return found;
  } catch (error) {
    // Revoke only verified tokens of this application.
    if (!isRevocation(error)) return refreshedPageSession(identify, request);
  }
  return renewed(identify, token, request);
}

async function renewed(identify: Identify, token: string, request: Request): Promise<PageSession> {
  const renewal = {
    token,
    subject: String(subjectOf(token)),
    request,
    isRevoked: async (next: string) => sessionOf(identify, next).then(() => false, isRevocation),
  };
  return sessionOf(identify, await renewedToken(renewal));
}

/** Whether a token was refused as revoked. Such a token is verified and has not expired. */
function isRevocation(error: unknown): boolean {
  return error instanceof Refusal && error.reason === "token_revoked";
}

async function sessionOf(identify: Identify, token: string | null): Promise<PageSession> {
  if (token === null) return nobody();
  // A new object for each call, because the result is cached by object.
  const { id, claims: checked } = await identify({ headers: {}, token });
  const idToken = await idTokenInCookie();
  const isOfUser = idToken !== null && subjectOf(idToken) === checked?.sub;
  return {
    status: "signed_in",
    id,
    claims: fieldsOf(payloadIn(token)),
    organizations: isOfUser ? organizationsIn(idToken) : [],
  };
}

async function nobody(): Promise<PageSession> {
  const { id } = await createSession(null);
  return { status: "signed_out", id };
}

function endsSoon(session: PageSession): boolean {
  if (session.status !== "signed_in") return false;
  const { exp } = session.claims;
  return typeof exp === "number" && exp * 1000 <= Date.now() + REFRESH_BEFORE_MS;
}

function isNew(session: PageSession): boolean {
  if (session.status !== "signed_in") return false;
  const { iat } = session.claims;
  // Absolute, because Kinde's clock may be ahead.
  return typeof iat === "number" && Math.abs(Date.now() - iat * 1000) < NEW_MS;
}

/** Returns the token's `sub`; `undefined` if the cookie is not a token. */
function subjectOf(idToken: string): unknown {
  try {
    return fieldsOf(payloadIn(idToken))["sub"];
  } catch {
    return undefined;
  }
}
