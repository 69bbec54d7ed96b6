"use client";

// The file that imports Kinde, with kinde-tokens.ts.
import {
  AuthzError,
  claimsFromToken,
  createSession,
  renewSession,
  type Session,
  type SessionOptions,
} from "@kinde-cerbos/core";
import { KindeContext } from "@kinde-oss/kinde-auth-react";
import { getActiveStorage, StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { type ContextType, useCallback, useContext, useEffect, useState, useSyncExternalStore } from "react";

import { kindeClock } from "./kinde-clock.ts";
import { createHandles, type Handle } from "./token-handle.ts";

/** The session of Kinde's user, or why there is none; `null` while Kinde has not said yet who it is. */
type KindeSession = Session | AuthzError | null;

/** Kinde's access token; `null` when nobody is signed in, `undefined` when that is not known. */
type KindeToken = Handle<string> | null | undefined;

const tokenHandle = /* @__PURE__ */ createHandles<string>();
const storageHandle = /* @__PURE__ */ createHandles<Storage>();

/** Kinde's session, and whether it is about to be another one of the same user. */
interface CurrentSession {
  readonly session: KindeSession;
  /** Whether the user's rights have changed, and their session is being made: the page may stay as it is until then. */
  readonly isRenewing: boolean;
}

/** What became of a token. */
interface Made {
  /** `undefined` before the first one. */
  readonly token: KindeToken;
  readonly session: KindeSession;
  /** Those of the same user before it, the newest first: who switches back to one need not wait for its hash. */
  readonly earlier: readonly Session[];
}

/** How many sessions of a user are remembered. */
const MAX_EARLIER = 8;

/**
 * The session of Kinde's current token.
 *
 * No render gets the session of another token: the token is read in render, and
 * what was made of an earlier one is used only where its rights are equal.
 */
export function useKindeSession(options: SessionOptions): CurrentSession {
  const [made, setMade] = useState<Made>({ token: undefined, session: null, earlier: [] });
  const { token, isLoading } = useKindeToken(made.token);
  if (token) kindeClock().sees(token());

  const isMade = made.token === token;
  const session = isMade ? made.session : renewed(made.session, token, options) ?? recalled(made, token, options);
  // Set in render, so that no child renders with the session of the token before.
  if (!isMade && session !== null) setMade(after(made, token, session));

  const isToBeMade = session === null;
  useEffect(() => {
    if (token === undefined || !isToBeMade) return;
    let isStale = false;
    const settle = (outcome: KindeSession): void => {
      if (!isStale) setMade((before) => after(before, token, outcome));
    };
    void createSession(token && token(), options).catch(failure).then(settle);
    return () => {
      isStale = true;
    };
  }, [token, isToBeMade, options]);

  const isRenewing = session === null && !isLoading && isSession(made.session) && isOf(made.session, token);
  return { session, isRenewing };
}

/** Whether a token is of the session's user, as far as that is known. */
function isOf({ claims }: Session, token: KindeToken): boolean {
  if (claims === null || token === null) return false;
  try {
    return token === undefined || claimsFromToken(token()).sub === claims.sub;
  } catch {
    return false;
  }
}

/** The same session with another token; `null` where that is not known, or has other rights and its session must be made. */
function renewed(session: KindeSession, token: KindeToken, options: SessionOptions): KindeSession {
  if (token === undefined || session === null || session instanceof AuthzError) return null;
  try {
    return renewSession(session, token && token(), options);
  } catch (error) {
    return failure(error);
  }
}

/** A session of before whose rights the token has. What `enrich` gave it may be of long ago, so that is asked again. */
function recalled({ earlier }: Made, token: KindeToken, options: SessionOptions): KindeSession {
  if (options.principal?.enrich) return null;
  for (const session of earlier) {
    const found = renewed(session, token, options);
    if (found !== null) return found;
  }
  return null;
}

/** What was made next. Of another user nothing is remembered, and of nobody neither. */
function after({ session: last, earlier }: Made, token: KindeToken, session: KindeSession): Made {
  const all = isSession(last) ? [last, ...earlier] : earlier;
  const isKept = (one: Session): boolean =>
    isSession(session) && one.id !== session.id && session.claims !== null && one.claims?.sub === session.claims.sub;
  return { token, session, earlier: all.filter(isKept).slice(0, MAX_EARLIER) };
}

function isSession(session: KindeSession): session is Session {
  return session !== null && !(session instanceof AuthzError);
}

function failure(error: unknown): AuthzError {
  if (error instanceof AuthzError) return error;
  // `principal.map` is the app's own code and may throw anything.
  return new AuthzError(
    "invalid_claims",
    "No principal could be made of the Kinde token: a function of your principal options threw. Look at the cause.",
    { cause: error },
  );
}

/**
 * Kinde's access token; `null` when nobody is signed in, `undefined` when that is not known.
 *
 * Kinde's SDK takes who is signed in for signed out once the token has ended by this machine's clock, which may be
 * ahead. A sign-out takes the token away: as long as one is stored, that is not Kinde's word but the clock's.
 *
 * @param known the last token that was known here
 */
function useKindeToken(known: KindeToken): { readonly token: KindeToken; readonly isLoading: boolean } {
  const kinde = useKinde();
  const stored = useStoredToken(kinde, StorageKeys.accessToken);
  const { isLoading, isAuthenticated } = kinde;
  // After switchOrg, Kinde restores the old organization's session before it exchanges the code for
  // the new one: `isAuthenticated` is then true of the old. `isLoading` is what tells the two apart.
  if (isLoading) return { token: undefined, isLoading };
  // Where there is none though somebody is signed in, it is being written.
  if (isAuthenticated) return { token: stored ?? undefined, isLoading };
  const isKept = !!stored && (!!known || kindeClock().isPast(stored()));
  return { token: stored === undefined || isKept ? stored : null, isLoading };
}

/** Kinde's id token, which alone has names; `undefined` where there is none. */
export function useIdToken(): Handle<string> | undefined {
  return useStoredToken(useKinde(), StorageKeys.idToken) ?? undefined;
}

function useKinde(): NonNullable<ContextType<typeof KindeContext>> {
  const kinde = useContext(KindeContext);
  if (kinde === null) {
    throw new AuthzError(
      "no_provider",
      "PermissionsProvider is not inside KindeProvider. Put it there: <KindeProvider …><PermissionsProvider …>. If it is, two copies of @kinde-oss/kinde-auth-react may be installed, each with a context of its own: run `npm ls @kinde-oss/kinde-auth-react`.",
    );
  }
  return kinde;
}

/**
 * A token in Kinde's storage, read in render: a state of our own would lag
 * behind by a render, and that render would show the previous user's decisions.
 * `null` where there is none, `undefined` where that is not known.
 */
function useStoredToken(changed: object, key: StorageKeys): KindeToken {
  const storage = getActiveStorage();
  const store = storageHandle("active", storage ?? undefined);
  const isAsync = storage?.asyncStore ?? false;
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- another store is another subscription
  const subscribe = useCallback((notify: () => void) => onTokenChange(notify), [store]);
  const token = useSyncExternalStore(subscribe, () => readToken(key) ?? null, () => undefined);
  const later = useAsyncToken(isAsync ? store : undefined, changed, key);
  return isAsync ? later : token;
}

/**
 * The token of a store that answers later (a browser extension's). Kinde's
 * context value changes with each token; until the store has answered for the
 * newest one, the token is not known. There is no `store` for one that answers at once.
 */
function useAsyncToken(store: Handle<Storage> | undefined, changed: object, key: StorageKeys): KindeToken {
  const [answer, setAnswer] = useState<{ readonly to: object; readonly token: Handle<string> | null } | null>(null);
  useEffect(() => {
    if (!store) return;
    // Two reads may be answered in the other order: only the newest one counts.
    let newest = 0;
    const read = async (): Promise<void> => {
      const mine = (newest += 1);
      // A store that fails has none, and nothing is allowed.
      const token = await currentToken(key).catch(() => undefined);
      if (mine === newest) setAnswer({ to: changed, token: tokenHandle(key, token) ?? null });
    };
    const readAgain = (): void => void read();
    readAgain();
    const unsubscribe = onTokenChange(readAgain);
    return () => {
      newest += 1;
      unsubscribe();
    };
  }, [store, changed, key]);
  return answer?.to === changed ? answer.token : undefined;
}

/**
 * A session with the token now in Kinde's storage; `null` where that is another
 * session's. The storage says that it has changed only a task later: what renders
 * in between must know. An asynchronous store cannot be asked in render.
 */
export function storedSession(session: Session, options: SessionOptions): Session | null {
  if (session.token === null || getActiveStorage()?.asyncStore) return session;
  const stored = renewed(session, readToken(StorageKeys.accessToken), options);
  return stored instanceof AuthzError ? null : stored;
}

/** Kinde's access token, or another one, at this moment; `undefined` where there is none. */
export async function currentToken(key = StorageKeys.accessToken): Promise<string | undefined> {
  return nonEmpty(await storedItem(key));
}

/** Calls `notify` whenever Kinde's storage may have another token; returns what ends that. */
export function onTokenChange(notify: () => void): () => void {
  const storage = getActiveStorage();
  const unsubscribe = storage && method(storage, "subscribe")?.call(storage, notify);
  // A store in localStorage is written by other tabs too, and says nothing of it.
  window.addEventListener("storage", notify);
  return () => {
    unsubscribe?.();
    window.removeEventListener("storage", notify);
  };
}

type Storage = NonNullable<ReturnType<typeof getActiveStorage>>;

/** As {@link currentToken}, at once; `undefined` for an asynchronous store, which cannot be read in render. */
function readToken(key: StorageKeys): Handle<string> | undefined {
  return getActiveStorage()?.asyncStore ? undefined : tokenHandle(key, nonEmpty(storedItem(key)));
}

function storedItem(key: StorageKeys): unknown {
  const storage = getActiveStorage();
  return storage && method(storage, "getSessionItem")?.call(storage, key);
}

/**
 * A storage's method, past the proxy that Kinde's `activityTimeout` puts before
 * it. To that proxy each access is the user's activity, so a render would put the
 * time-out off; and in the render after a time-out it throws.
 */
function method<K extends "getSessionItem" | "subscribe">(storage: Storage, name: K): Storage[K] | undefined {
  let owner: unknown = storage;
  while (typeof owner === "object" && owner !== null) {
    const descriptor: { value?: Storage[K] } | undefined = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor) return descriptor.value;
    owner = Object.getPrototypeOf(owner);
  }
  return undefined;
}

function nonEmpty(token: unknown): string | undefined {
  return typeof token === "string" && token !== "" ? token : undefined;
}
