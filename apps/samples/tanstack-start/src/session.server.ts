import { deleteCookie, getCookie, setCookie } from "@tanstack/react-start/server";
import { EncryptJWT, jwtDecrypt } from "jose";
import { type KindeSession, type PendingSignIn } from "../../shared/kinde.ts";
import { appUrl, sessionSecret } from "../../shared/settings.ts";

/** The content of the session cookie. */
interface CookieSession {
  readonly kinde?: KindeSession | null | undefined;
  readonly pending?: PendingSignIn;
}

const NAME = "session";
const key = crypto.subtle
  .digest("SHA-256", new TextEncoder().encode(sessionSecret))
  .then((hash) => new Uint8Array(hash));

/** Returns the session of the request; an empty one if nobody is signed in. */
export async function readSession(): Promise<CookieSession> {
  const cookie = getCookie(NAME);
  if (cookie === undefined) return {};
  // A session sealed with another secret is ignored.
  const opened = await jwtDecrypt<CookieSession>(cookie, await key).catch(() => null);
  return opened?.payload ?? {};
}

/** Sets the session cookie: encrypted, not readable by scripts, and not sent when another site posts. */
export async function keepSession(session: CookieSession): Promise<void> {
  if (!session.kinde && !session.pending) return deleteCookie(NAME, { path: "/" });
  const sealed = await new EncryptJWT({ ...session })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .encrypt(await key);
  setCookie(NAME, sealed, { path: "/", httpOnly: true, sameSite: "lax", secure: appUrl.startsWith("https:") });
}

/** Returns the Kinde access token of the request's user; `null` if nobody is signed in. */
export async function tokenOf(): Promise<string | null> {
  return (await readSession()).kinde?.accessToken ?? null;
}
