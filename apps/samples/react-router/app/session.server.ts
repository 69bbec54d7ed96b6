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

/** The header that ends a sign-in, or a refresh; `null` removes the session. */
export async function keepSession(kinde: KindeSession | null): Promise<{ "set-cookie": string }> {
  const session = await storage.getSession();
  if (kinde === null) return { "set-cookie": await storage.destroySession(session) };
  session.set("kinde", kinde);
  return { "set-cookie": await storage.commitSession(session) };
}

/** The header that begins a sign-in. Whoever is signed in stays so until it has ended. */
export async function keepPending(request: Request, pending: PendingSignIn): Promise<{ "set-cookie": string }> {
  const session = await readSession(request);
  session.set("pending", pending);
  return { "set-cookie": await storage.commitSession(session) };
}

/** The Kinde access token in the cookie of a request; `null` if nobody is signed in. */
export async function tokenOf(request: Request): Promise<string | null> {
  return (await readSession(request)).get("kinde")?.accessToken ?? null;
}

/** Middleware for everything: no browser or cache keeps what it has got, and shows it to who signs in next. */
export async function storeNothing(_: unknown, next: () => Promise<Response>): Promise<Response> {
  const response = await next();
  response.headers.set("cache-control", "private, no-store");
  return response;
}

/** Middleware for pages: if the token has ended, refreshes it and has the browser load the page again. */
export async function refreshEndedToken({ request }: { request: Request }): Promise<void> {
  if (request.method !== "GET") return;
  const kinde = await renewed((await readSession(request)).get("kinde"));
  if (kinde === undefined) return;
  const { pathname, search } = new URL(request.url);
  throw redirect(appUrl + pathname + search, { headers: await keepSession(kinde) });
}
