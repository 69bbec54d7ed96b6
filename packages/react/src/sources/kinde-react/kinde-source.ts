import { AuthzError } from "@kinde-cerbos/core";
import { organizationsIn } from "@kinde-cerbos/core/internal";
import { StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { setClock } from "../source-clock.ts";
import { type Organization, type TabMessages, type TokenSnapshot, type TokenSource } from "../token-source.ts";
import { kindeClock } from "./kinde-clock.ts";
import { refreshKinde } from "./refresh-kinde.ts";
import { isAsyncStore, onTokenChange } from "./stored-token.ts";
import { takeSwitchLock } from "./switch-lock.ts";
import { type KindeLogin } from "./switch-org.ts";
import { tokenReader } from "./token-reader.ts";

/** The used part of Kinde's context. */
interface KindeState {
  readonly isLoading?: boolean;
  readonly isAuthenticated?: boolean;
  readonly login: KindeLogin;
}

/** State that lives as long as a provider. */
export interface OfProvider {
  readonly tabs: TabMessages;
  /** Whether somebody was signed in, and has not signed out since. */
  readonly memory: { isSignedIn: boolean };
}

const LOADING: TokenSnapshot = { status: "loading" };
const REFRESHING: TokenSnapshot = { status: "loading", isRefreshing: true };
const SIGNED_OUT: TokenSnapshot = { status: "signed_out" };

const NONE: readonly Organization[] = [];
/** The organizations of the newest id token. */
let known: { readonly idToken: string | null | undefined; readonly organizations: readonly Organization[] } = {
  idToken: undefined,
  organizations: NONE,
};

/** Most pages never need it. A page that does loads it with `switchFailure`, so it is there if the network goes. */
const loadSwitching = async () =>
  import("./switch-org.ts").catch((cause: unknown) => {
    throw new AuthzError("offline", "The code that switches organizations could not be loaded. Reload the page.", {
      cause,
    });
  });

function signedIn(token: string | null): TokenSnapshot {
  if (token === null) throw new AuthzError("session_expired", "Kinde returned no newer token. Sign in again.");
  return { status: "signed_in", token };
}

/** Kinde's React SDK as a token source: one for each value of Kinde's context. */
export function createKindeSource(
  { isLoading, isAuthenticated, login }: KindeState,
  { tabs, memory }: OfProvider,
): TokenSource {
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const accessToken = tokenReader(StorageKeys.accessToken, tell);
  const idToken = tokenReader(StorageKeys.idToken, tell);
  let isIdWanted = false;

  const source: TokenSource = {
    subscribe(listener) {
      listeners.add(listener);
      accessToken.look();
      const end = onTokenChange(() => {
        accessToken.look();
        if (isIdWanted) idToken.look();
        if (!isAsyncStore()) listener();
      });
      return () => {
        listeners.delete(listener);
        end();
      };
    },
    getSnapshot() {
      // After switchOrg, Kinde restores the old organization's session before it exchanges the code for the new one:
      // `isAuthenticated` is then true of the old. `isLoading` is what tells the two apart.
      if (isLoading) return LOADING;
      const token = accessToken.token();
      if (token === undefined) return REFRESHING;
      // If there is none though somebody is signed in, it is being written.
      if (isAuthenticated && !token) return REFRESHING;
      // Kinde's SDK takes who is signed in for signed out once the token has ended by this machine's clock, which may
      // be ahead. A sign-out takes the token away: as long as one is stored, that is not Kinde's word but the clock's.
      memory.isSignedIn = !!token && (!!isAuthenticated || memory.isSignedIn || kindeClock().isPast({ token }));
      return token && memory.isSignedIn ? { status: "signed_in", token } : SIGNED_OUT;
    },
    async refresh() {
      return signedIn(await refreshKinde());
    },
    async renew() {
      const before = accessToken.token();
      if (!before) throw new AuthzError("session_expired", "There is no Kinde token to renew. Sign in again.");
      const { renewKinde } = await import("./renew-kinde.ts");
      return signedIn(await renewKinde(before));
    },
    async switchOrg(orgCode, request) {
      const { signal, isLater, end } = takeSwitchLock();
      // Kinde's request is sent first, and everything becomes pending meanwhile. After another switch, it is already.
      if (isLater) request.onStart();
      try {
        const { switchOrg } = await loadSwitching();
        await switchOrg(login, orgCode, request, signal);
      } finally {
        end();
      }
    },
    switchFailure: async (orgCode) => (await loadSwitching()).switchFailure(orgCode),
    organizations() {
      const token = idToken.token();
      if (token === undefined && !isIdWanted) idToken.look();
      isIdWanted = true;
      if (token !== known.idToken) known = { idToken: token, organizations: token ? organizationsIn(token) : NONE };
      return known.organizations;
    },
    tabs,
  };
  setClock(source, kindeClock());
  return source;
}
