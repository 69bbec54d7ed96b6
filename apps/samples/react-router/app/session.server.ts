import { createCookieSessionStorage, redirect } from "react-router";
import { type KindeSession, type PendingSignIn, renewed } from "../../shared/kinde.ts";
import { appUrl, sessionSecret } from "../../shared/settings.ts";

/** The session cookie. No script can read it, and no other site can post with it. */
const storage = createCookieSessionStorage<{ kinde: KindeSession; pending: PendingSignIn }>({
  cookie: {
    name: "session",
    path: "/",
    httpOnly: true,
    sameSite: "lax",
    secure: appUrl.startsWith("https:"),
    secrets: [sessionSecret],
  },
});

export const readSession = (request: Request) => storage.getSession(request.headers.get("cookie"));

/** Returns the header that completes a sign-in or refresh; `null` removes the session. */
export async function keepSession(kinde: KindeSession | null): Promise<{ "set-cookie": string }> {
  const session = await storage.getSession();
  if (kinde === null) return { "set-cookie": await storage.destroySession(session) };
  session.set("kinde", kinde);
  return { "set-cookie": await storage.commitSession(session) };
}

/** Returns the header that starts a sign-in. The current user stays signed in until it is completed. */
export async function keepPending(request: Request, pending: PendingSignIn): Promise<{ "set-cookie": string }> {
  const session = await readSession(request);
  session.set("pending", pending);
  return { "set-cookie": await storage.commitSession(session) };
}

/** Returns the Kinde access token in a request's cookie; `null` if nobody is signed in. */
export async function tokenOf(request: Request): Promise<string | null> {
  return (await readSession(request)).get("kinde")?.accessToken ?? null;
}

/** Middleware for everything: no browser or cache stores responses, so the next user cannot see them. */
export async function storeNothing(_: unknown, next: () => Promise<Response>): Promise<Response> {
  const response = await next();
  response.headers.set("cache-control", "private, no-store");
  return response;
}

/** Middleware for pages: refreshes an expired token and makes the browser load the page again. */
export async function refreshEndedToken({ request }: { request: Request }): Promise<void> {
  if (request.method !== "GET") return;
  const kinde = await renewed((await readSession(request)).get("kinde"));
  if (kinde === undefined) return;
  const { pathname, search } = new URL(request.url);
  throw redirect(appUrl + pathname + search, { headers: await keepSession(kinde) });
}
