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

/** What a page knows of its server. */
interface NextSourceOptions {
  /** The path of the gateway's route. */
  readonly pdp: string;
  /** The path that signs in. */
  readonly loginPath: string;
  /** What came with the page. */
  readonly session: PageSession | undefined;
  /** How a session is made of claims. */
  readonly options: SessionOptions;
}

/** The session of Kinde's Next.js SDK as a token source. */
export interface NextSource extends TokenSource {
  /** Tells what a newer page came with. */
  readonly receive: (session: PageSession | undefined) => void;
}

const NONE: readonly Organization[] = [];
/** Where a switch by redirect is noted, for the page that comes back. */
const SWITCH = "kinde-cerbos:switch";

/** Makes a source. Only the server has the token: the page has its claims. */
export function createNextSource({ pdp, loginPath, session, options }: NextSourceOptions): NextSource {
  /** `undefined` as long as the server has to be asked. */
  let known = knownIn(session);
  let received = textOf(session);
  let atFirst: TokenSnapshot | undefined;
  let loading: Promise<PageSession> | undefined;
  let tell: (() => void) | null = null;

  const become = (next: PageSession | undefined): void => {
    if (textOf(next) === textOf(known)) return;
    known = next;
    tell?.();
  };
  const ask = (path: SessionPath): Promise<PageSession> =>
    (loading = requestSession(pdp, path)
      .then((found) => {
        become(found);
        return found;
      })
      .finally(() => {
        loading = undefined;
      }));
  const load = (): Promise<PageSession> => loading ?? ask("session");
  const renew = async (): Promise<PageSession> => {
    // What is under way may refresh the same cookies, and its answer would be the older one.
    await loading?.catch(() => {});
    return ask("session/renew");
  };
  /** Looks whether it is still the session, and changes nothing until that is known. */
  const look = (): void => {
    if (document.visibilityState === "visible") void load().catch(() => {});
  };
  const forget = ({ persisted }: PageTransitionEvent): void => {
    // The page comes back as it was left, whoever has signed in since.
    if (persisted) become(undefined);
  };

  const source = serverSource({
    getClaims: () => (known ? claimsOf(known) : load().then(claimsOf)),
    refresh: () => load().then(claimsOf),
    renew: () => renew().then(claimsOf),
    subscribe(listener) {
      tell = listener;
      document.addEventListener("visibilitychange", look);
      window.addEventListener("pageshow", forget);
      return () => {
        tell = null;
        document.removeEventListener("visibilitychange", look);
        window.removeEventListener("pageshow", forget);
      };
    },
    getServerSnapshot: () => (atFirst ??= snapshotOf(session, options)),
    switchOrg: (orgCode, request) => leaveForOrg(loginPath, orgCode, request),
    async switchFailure(orgCode) {
      const wanted = sessionStorage.getItem(SWITCH);
      sessionStorage.removeItem(SWITCH);
      if (wanted === null || wanted === orgCode) return null;
      return new AuthzError(
        "switch_failed",
        `Kinde did not sign the user in to ${wanted}. Is the user a member of it?`,
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
      // It may be older than what is known: the server knows.
      if (text !== textOf(known)) become(undefined);
    },
  });
}

/** Signs in to the organization: only that changes the cookies. The page comes back to where it is. */
async function leaveForOrg(loginPath: string, orgCode: string, request: SwitchOrgRequest): Promise<void> {
  if (request.redirect === false) {
    throw new AuthzError(
      "switch_failed",
      "Kinde's Next.js SDK switches by a redirect only. Leave out redirect: false.",
    );
  }
  request.onStart();
  sessionStorage.setItem(SWITCH, orgCode);
  const url = new URL(loginPath, window.location.href);
  url.searchParams.set("org_code", orgCode);
  url.searchParams.set("post_login_redirect_url", window.location.href);
  window.location.assign(url);
  // Unless the user comes back to the page as it was left, this is its end.
  await new Promise((resolve) => window.addEventListener("pageshow", resolve, { once: true }));
  throw new AuthzError("aborted", "The user came back without a switch.");
}

/** What a page came with, with a session that is there in the first render. */
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
