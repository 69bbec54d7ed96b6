import { AuthzError } from "@kinde-cerbos/core";
import { fieldsOf, isFields, isName } from "@kinde-cerbos/core/internal";
import { type PageSession } from "../page-session.ts";

/** Tabs of one browser take turns, as two refreshes with the same cookies may end the session. */
const LOCK = "kinde-cerbos session";

/**
 * What is asked of the server: whose session its cookies are, after a refresh if their token has ended, or the same
 * with a token that Kinde issues now.
 */
export type SessionPath = "session" | "session/renew";

/**
 * Asks the server for the session of its cookies.
 *
 * @throws AuthzError `source_failed`
 */
export async function requestSession(pdp: string, path: SessionPath): Promise<PageSession> {
  // Absent on plain-HTTP pages, whatever its type says.
  const { locks }: { readonly locks?: LockManager } = navigator;
  const ask = async (): Promise<PageSession> => fetchSession(pdp, path);
  return locks ? locks.request(LOCK, ask) : ask();
}

async function fetchSession(pdp: string, path: SessionPath): Promise<PageSession> {
  const response = await fetch(`${pdp}/${path}`, { method: "POST", signal: AbortSignal.timeout(TIMEOUT_MS) });
  const body: unknown = await response.json().catch(() => null);
  if (isPageSession(body)) return body;
  const { code, message } = fieldsOf(body);
  // Kinde's middleware answers so in the place of the route, if nobody is signed in.
  if (response.status === 401 && code === undefined) return { status: "signed_out", id: "" };
  throw new AuthzError(
    "source_failed",
    typeof message === "string"
      ? `The server has no session for the page: ${message}`
      : `${pdp}/${path} answered ${response.status}. Is createAuthzRoute() exported in app${pdp}/[...path]/route.ts?`,
  );
}

/** Less than a source may take: the next tab in line must have its time, too. */
const TIMEOUT_MS = 8000;

function isPageSession(body: unknown): body is PageSession {
  if (!isFields(body)) return false;
  const { status, id, claims, organizations } = body;
  if (status !== "signed_in") return status === "signed_out";
  return isName(id) && isFields(claims) && Array.isArray(organizations);
}
