import { AuthzError, type SessionOptions } from "@kinde-cerbos/core";
import { createSessionAtOnce, type Fields } from "@kinde-cerbos/core/internal";
import {
  type Organization,
  serverSource,
  type SwitchOrgRequest,
  type TokenSnapshot,
  type TokenSource,
} from "@kinde-cerbos/react/source";
import { type PageSession } from "../page-session.ts";
import { requestSession, type SessionPath } from "./session-request.ts";
import { createTabs } from "./tabs.ts";

/** Options for {@link createNextSource}. */
interface NextSourceOptions {
  /** The path of the gateway's route. */
  readonly pdp: string;
  /** The path of Kinde's login route. */
  readonly loginPath: string;
  /** The session that the server rendered into the page. */
  readonly session: PageSession | undefined;
  /** How claims become a session. */
  readonly options: SessionOptions;
}

/** The session of Kinde's Next.js SDK as a token source. */
export interface NextSource extends TokenSource {
  /** Passes on the session that came with a newer rendering of the page. */
  readonly receive: (session: PageSession | undefined) => void;
}

const NONE: readonly Organization[] = [];
/** The sessionStorage key for the organization that a redirect switches to, read when the page is back. */
const SWITCH = "kinde-cerbos:switch";

/** Creates the token source. Only the server has the token; the page has its claims. */
export function createNextSource({ pdp, loginPath, session, options }: NextSourceOptions): NextSource {
  /** The page's session; `undefined` if it has to be requested from the server. */
  let known = knownIn(session);
  let received = textOf(session);
  let initial: TokenSnapshot | undefined;
  let loading: Promise<PageSession> | undefined;
  let notify: (() => void) | null = null;

  const setSession = (next: PageSession | undefined): void => {
    if (textOf(next) === textOf(known)) return;
    known = next;
    notify?.();
  };
  const send = (path: SessionPath): Promise<PageSession> =>
    (loading = requestSession(pdp, path)
      .then((found) => {
        setSession(found);
        return found;
      })
      .finally(() => {
        loading = undefined;
      }));
  const load = (): Promise<PageSession> => loading ?? send("session");
  const renew = async (): Promise<PageSession> => {
    // A request in flight may refresh the same cookies, and its response would be the older one.
    await loading?.catch(() => {});
    return send("session/renew");
  };
  /** Checks on the server whether the session has changed. The current session stays in use until the response. */
  const recheck = (): void => {
    if (document.visibilityState === "visible") void load().catch(() => {});
  };
  const forget = ({ persisted }: PageTransitionEvent): void => {
    // The page was restored from the back/forward cache. Somebody else may have signed in since.
    if (persisted) setSession(undefined);
  };

  const source = serverSource({
    getClaims: () => (known ? claimsOf(known) : load().then(claimsOf)),
    refresh: () => load().then(claimsOf),
    renew: () => renew().then(claimsOf),
    subscribe(listener) {
      notify = listener;
      document.addEventListener("visibilitychange", recheck);
      window.addEventListener("pageshow", forget);
      return () => {
        notify = null;
        document.removeEventListener("visibilitychange", recheck);
        window.removeEventListener("pageshow", forget);
      };
    },
    getServerSnapshot: () => (initial ??= snapshotOf(session, options)),
    switchOrg: (orgCode, request) => leaveForOrg(loginPath, orgCode, request),
    async switchFailure(orgCode) {
      const wanted = sessionStorage.getItem(SWITCH);
      sessionStorage.removeItem(SWITCH);
      if (wanted === null || wanted === orgCode) return null;
      return new AuthzError(
        "switch_failed",
        `Kinde did not sign the user in to ${wanted}. Check that the user is a member of it.`,
      );
    },
    organizations: () => (known?.status === "signed_in" ? known.organizations : NONE),
    tabs: createTabs(load),
  });
  return Object.assign(source, {
    receive(next: PageSession | undefined) {
      const text = textOf(next);
      if (text === received) return;
      received = text;
      // It may be older than the current session, so the server decides.
      if (text !== textOf(known)) setSession(undefined);
    },
  });
}

/**
 * Signs in to the organization by a redirect, because only that changes the cookies. The user returns to the same page.
 */
async function leaveForOrg(loginPath: string, orgCode: string, request: SwitchOrgRequest): Promise<void> {
  if (request.redirect === false) {
    throw new AuthzError(
      "switch_failed",
      "Kinde's Next.js SDK can switch organizations only by a redirect. Leave out redirect: false.",
    );
  }
  request.onStart();
  sessionStorage.setItem(SWITCH, orgCode);
  const url = new URL(loginPath, window.location.href);
  url.searchParams.set("org_code", orgCode);
  url.searchParams.set("post_login_redirect_url", window.location.href);
  window.location.assign(url);
  // The redirect ends this page, unless the user returns to it through the back/forward cache.
  await new Promise((resolve) => window.addEventListener("pageshow", resolve, { once: true }));
  throw new AuthzError("aborted", "The user returned to the page without switching the organization.");
}

/** Returns the snapshot for the page's session, which is available in the first render. */
function snapshotOf(page: PageSession | undefined, options: SessionOptions): TokenSnapshot {
  if (!page || page.status === "unknown") return { status: "loading" };
  const session = createSessionAtOnce(claimsOf(page), () => page.id, options);
  return page.status === "signed_in"
    ? { status: "signed_in", claims: page.claims, session }
    : { status: "signed_out", session };
}

function knownIn(session: PageSession | undefined): PageSession | undefined {
  return session?.status === "unknown" ? undefined : session;
}

function claimsOf(session: PageSession): Fields | null {
  return session.status === "signed_in" ? session.claims : null;
}

function textOf(session: PageSession | undefined): string {
  return JSON.stringify(session) ?? "";
}
