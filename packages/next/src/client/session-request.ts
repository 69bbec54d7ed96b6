import { AuthzError } from "@kinde-cerbos/core";
import { fieldsOf, isFields, isName } from "@kinde-cerbos/core/internal";
import { type PageSession } from "../page-session.ts";

/**
 * The lock for session requests. Tabs of one browser take turns, because two refreshes with the same cookies may end
 * the session.
 */
const LOCK = "kinde-cerbos session";

/**
 * The path of a session request. `session` returns the session of the cookies, and refreshes an expired token.
 * `session/renew` makes Kinde issue a new token first.
 */
export type SessionPath = "session" | "session/renew";

/**
 * Requests the session of the cookies from the server.
 *
 * @throws AuthzError `source_failed` if the server does not return one
 */
export async function requestSession(pdp: string, path: SessionPath): Promise<PageSession> {
  // Absent on plain-HTTP pages, whatever its type says.
  const { locks }: { readonly locks?: LockManager } = navigator;
  const request = async (): Promise<PageSession> => fetchSession(pdp, path);
  return locks ? locks.request(LOCK, request) : request();
}

async function fetchSession(pdp: string, path: SessionPath): Promise<PageSession> {
  const response = await fetch(`${pdp}/${path}`, { method: "POST", signal: AbortSignal.timeout(TIMEOUT_MS) });
  const body: unknown = await response.json().catch(() => null);
  if (isPageSession(body)) return body;
  const { code, message } = fieldsOf(body);
  // Kinde's middleware responds like this instead of the route if nobody is signed in.
  if (response.status === 401 && code === undefined) return { status: "signed_out", id: "" };
  throw new AuthzError(
    "source_failed",
    typeof message === "string"
      ? `The server could not return the page's session: ${message}`
      : `${pdp}/${path} answered ${response.status}. Check that app${pdp}/[...path]/route.ts exports createAuthzRoute().`,
  );
}

/** Less than the time limit for a token source, so that the next tab in line has time too, in ms. */
const TIMEOUT_MS = 8000;

function isPageSession(body: unknown): body is PageSession {
  if (!isFields(body)) return false;
  const { status, id, claims, organizations } = body;
  if (status !== "signed_in") return status === "signed_out";
  return isName(id) && isFields(claims) && Array.isArray(organizations);
}
