import { createSession } from "@kinde-cerbos/core";
import { fieldsOf, organizationsIn, payloadIn } from "@kinde-cerbos/core/internal";
import { type Enforcer, Refusal } from "@kinde-cerbos/server";
import { type PageSession } from "../page-session.ts";
import { refreshedToken } from "./refresh.ts";
import { renewedToken } from "./renew.ts";
import { type CurrentRequest, idTokenInCookie, tokenInCookie } from "./request.ts";

/** A token that ends within this long is refreshed, in ms: the browser asks for it that early. */
const REFRESH_BEFORE_MS = 10_000;

/** A token that was issued within this long is not renewed, in ms. A refusal of it as revoked is a reason to, at once. */
const NEW_MS = 2000;

/** Finds out whose a token is. */
export type Identify = Enforcer<CurrentRequest>["identify"];

/** Whose session the request is. It refreshes nothing: a server component cannot set cookies. */
export async function pageSessionOf(identify: Identify): Promise<PageSession> {
  const token = await tokenInCookie();
  try {
    return await sessionOf(identify, token);
  } catch (error) {
    // The page asks again, and gets the reason if there is still one.
    if (error instanceof Refusal) return { status: "unknown" };
    throw error;
  }
}

/**
 * Whose session the request is, with a token that is refreshed if it has ended or is refused. Only where cookies may be
 * set.
 *
 * @throws Refusal if there is a token, and no way to use it
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
 * Whose session the request is, with a token that Kinde issues now, also while the present one is valid. Only where
 * cookies may be set.
 *
 * @throws Refusal `rate_limited` if the user's tokens were renewed too often; as {@link refreshedPageSession}
 */
export async function renewedPageSession(identify: Identify, request: Request): Promise<PageSession> {
  const token = await tokenInCookie();
  if (token === null) return nobody();
  try {
    const found = await sessionOf(identify, token);
    // Another tab has just done it.
    if (isNew(found)) return found;
  } catch (error) {
    // Nothing is revoked at Kinde that is no token of this application.
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

/** Whether a token was refused that is verified and has not ended. */
function isRevocation(error: unknown): boolean {
  return error instanceof Refusal && error.reason === "token_revoked";
}

async function sessionOf(identify: Identify, token: string | null): Promise<PageSession> {
  if (token === null) return nobody();
  // A new object: another look at the same one would not verify the token again.
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
  // Kinde's clock may be ahead.
  return typeof iat === "number" && Math.abs(Date.now() - iat * 1000) < NEW_MS;
}

/** `undefined` if the cookie holds something else than a token. */
function subjectOf(idToken: string): unknown {
  try {
    return fieldsOf(payloadIn(idToken))["sub"];
  } catch {
    return undefined;
  }
}
