"use client";

// Kinde's token, where Kinde's SDK keeps it. Only this file, kinde-tokens.ts, former-user.ts and kinde-clock.ts import
// Kinde.
import { AuthzError } from "@kinde-cerbos/core";
import { KindeContext } from "@kinde-oss/kinde-auth-react";
import { getActiveStorage, getInsecureStorage, StorageKeys } from "@kinde-oss/kinde-auth-react/utils";
import { type ContextType, useCallback, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { kindeClock } from "./kinde-clock.ts";
import { createHandles, type Handle } from "./token-handle.ts";

/** Kinde's access token; `null` when nobody is signed in, `undefined` when that is not known. */
export type KindeToken = Handle<string> | null | undefined;

const tokenHandle = /* @__PURE__ */ createHandles<string>();
const storageHandle = /* @__PURE__ */ createHandles<Storage>();

/**
 * Kinde's access token; `null` when nobody is signed in, `undefined` when that is not known.
 *
 * Kinde's SDK takes who is signed in for signed out once the token has ended by this machine's clock, which may be
 * ahead. A sign-out takes the token away: as long as one is stored, that is not Kinde's word but the clock's.
 *
 * @param known the last token that was known here
 */
export function useKindeToken(known: KindeToken): { readonly token: KindeToken; readonly isLoading: boolean } {
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
      "PermissionsProvider is not inside KindeProvider. Put it there: <KindeProvider …><PermissionsProvider " +
        "…>. If it is, two copies of @kinde-oss/kinde-auth-react may be installed, each with a context of its " +
        "own: run `npm ls @kinde-oss/kinde-auth-react`.",
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
  const isAsync = isAsyncStore();
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- another store is another subscription
  const subscribe = useCallback((notify: () => void) => onTokenChange(notify), [store]);
  const token = useSyncExternalStore(
    subscribe,
    () => readToken(key) ?? null,
    () => undefined,
  );
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

/** Kinde's access token, or another one, at this moment; `undefined` where there is none. */
export async function currentToken(key = StorageKeys.accessToken): Promise<string | undefined> {
  return nonEmpty(await storedItem(key));
}

/** The refresh token that all tabs have, at this moment; `undefined` where there is none. */
export async function sharedToken(): Promise<string | undefined> {
  return nonEmpty(await getInsecureStorage()?.getSessionItem(StorageKeys.refreshToken));
}

/**
 * Calls `notify` whenever Kinde's storage may have another token, with the event if by another tab; returns what ends
 * that.
 */
export function onTokenChange(notify: (event?: StorageEvent) => void): () => void {
  const storage = getActiveStorage();
  const unsubscribe = storage && method(storage, "subscribe")?.call(storage, () => notify());
  // A store in localStorage is written by other tabs too, and says nothing of it.
  window.addEventListener("storage", notify);
  return () => {
    unsubscribe?.();
    window.removeEventListener("storage", notify);
  };
}

type Storage = NonNullable<ReturnType<typeof getActiveStorage>>;

/** Whether the store is asynchronous: its token cannot be read in render. */
export function isAsyncStore(): boolean {
  return getActiveStorage()?.asyncStore ?? false;
}

/** As {@link currentToken}, at once; `undefined` for an asynchronous store. */
export function readToken(key = StorageKeys.accessToken): Handle<string> | undefined {
  return isAsyncStore() ? undefined : tokenHandle(key, nonEmpty(storedItem(key)));
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
