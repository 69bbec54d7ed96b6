// The only file that imports Kinde.
import {
  AuthzError,
  createSession,
  type PrincipalOptions,
  renewSession,
  type Session,
} from "@kinde-cerbos/core";
import { KindeContext } from "@kinde-oss/kinde-auth-react";
import { getActiveStorage, StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { useCallback, useContext, useEffect, useState, useSyncExternalStore } from "react";

/** Where Kinde's user stands. `session` is there when something may be asked. */
export type KindeSession =
  | { readonly status: "loading"; readonly session: null; readonly error: null }
  | { readonly status: "anonymous"; readonly session: Session; readonly error: null }
  | { readonly status: "authenticated"; readonly session: Session; readonly error: null }
  | { readonly status: "error"; readonly session: null; readonly error: AuthzError };

const LOADING: KindeSession = { status: "loading", session: null, error: null };

/** What became of a token. */
interface Made {
  readonly token: string | null;
  readonly outcome: KindeSession;
}

/**
 * The session of Kinde's current token.
 *
 * No render gets the session of another token: the token is read in render, and
 * what was made of an earlier one is used only where its rights are equal.
 */
export function useKindeSession(principal: PrincipalOptions | undefined): KindeSession {
  const token = useKindeToken();
  const [made, setMade] = useState<Made | null>(null);

  let current = LOADING;
  if (token !== undefined && made !== null) {
    current = made.token === token ? made.outcome : renewed(made.outcome, token, principal);
    // Set in render, so that no child renders with the session of the token before.
    if (made.token !== token && current !== LOADING) setMade({ token, outcome: current });
  }

  const isToBeMade = current === LOADING;
  useEffect(() => {
    if (token === undefined || !isToBeMade) return;
    let isStale = false;
    const settle = (outcome: KindeSession): void => {
      if (!isStale) setMade({ token, outcome });
    };
    createSession(token, principal && { principal }).then(
      (session) => settle(established(session)),
      (error: unknown) => settle(failed(error)),
    );
    return () => {
      isStale = true;
    };
  }, [token, isToBeMade, principal]);

  return current;
}

/** The same session with another token; loading where it has other rights and its session must be made. */
function renewed(
  { session }: KindeSession,
  token: string | null,
  principal: PrincipalOptions | undefined,
): KindeSession {
  if (session === null) return LOADING;
  try {
    const next = renewSession(session, token, principal && { principal });
    return next ? established(next) : LOADING;
  } catch (error) {
    return failed(error);
  }
}

function established(session: Session): KindeSession {
  return { status: session.token === null ? "anonymous" : "authenticated", session, error: null };
}

function failed(error: unknown): KindeSession {
  const reason =
    error instanceof AuthzError
      ? error
      : // `principal.map` is the app's own code and may throw anything.
        new AuthzError("invalid_claims", "No principal could be made of the Kinde token.", { cause: error });
  return { status: "error", session: null, error: reason };
}

/** Kinde's access token; `null` when nobody is signed in, `undefined` when that is not known. */
function useKindeToken(): string | null | undefined {
  const kinde = useContext(KindeContext);
  if (kinde === null) {
    throw new AuthzError(
      "no_provider",
      "PermissionsProvider is outside of KindeProvider. Put it inside: <KindeProvider …><PermissionsProvider …>.",
    );
  }
  const stored = useStoredToken(kinde);
  // After switchOrg, Kinde restores the old organization's session before it exchanges the code for
  // the new one: `isAuthenticated` is then true of the old. `isLoading` is what tells the two apart.
  if (kinde.isLoading) return undefined;
  return kinde.isAuthenticated ? stored : null;
}

/**
 * The token in Kinde's storage, read in render: a state of our own would lag
 * behind by a render, and that render would show the previous user's decisions.
 */
function useStoredToken(changed: object): string | undefined {
  const storage = getActiveStorage();
  const subscribe = useCallback(
    (notify: () => void) => storage?.subscribe?.(notify) ?? (() => {}),
    [storage],
  );
  const read = (): string | undefined => {
    // An asynchronous store cannot be read in render: see below.
    if (!storage || storage.asyncStore) return undefined;
    const token: unknown = storage.getSessionItem(StorageKeys.accessToken);
    return typeof token === "string" && token !== "" ? token : undefined;
  };
  const token = useSyncExternalStore(subscribe, read, () => undefined);
  const asyncToken = useAsyncToken(storage?.asyncStore ? storage : null, changed);
  return storage?.asyncStore ? asyncToken : token;
}

type Storage = NonNullable<ReturnType<typeof getActiveStorage>>;

/**
 * The token of a store that answers later (a browser extension's). Kinde's
 * context value changes with each token; until the store has answered for the
 * newest one, the token is not known.
 */
function useAsyncToken(storage: Storage | null, changed: object): string | undefined {
  const [answer, setAnswer] = useState<{ readonly to: object; readonly token: unknown } | null>(null);
  useEffect(() => {
    if (!storage) return;
    let isStale = false;
    const read = async (): Promise<void> => {
      const token = await storage.getSessionItem(StorageKeys.accessToken);
      if (!isStale) setAnswer({ to: changed, token });
    };
    const readAgain = (): void => void read();
    readAgain();
    const unsubscribe = storage.subscribe?.(readAgain);
    return () => {
      isStale = true;
      unsubscribe?.();
    };
  }, [storage, changed]);
  return answer?.to === changed && typeof answer.token === "string" ? answer.token : undefined;
}
