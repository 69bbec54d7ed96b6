// Kinde's token, where Kinde's SDK keeps it.
import { isName } from "@kinde-cerbos/core/internal";
import { getActiveStorage, getInsecureStorage, StorageKeys } from "@kinde-oss/kinde-auth-react/utils";

/** Returns Kinde's access token, or another one, at this moment; `undefined` if there is none. */
export async function currentToken(key = StorageKeys.accessToken): Promise<string | undefined> {
  return nonEmpty(await storedItem(key));
}

/** Returns the refresh token that all tabs share, at this moment; `undefined` if there is none. */
export async function sharedToken(): Promise<string | undefined> {
  return nonEmpty(await getInsecureStorage()?.getSessionItem(StorageKeys.refreshToken));
}

/**
 * Calls `notify` whenever Kinde's storage may have another token, with the event if another tab wrote it. Returns a
 * function that ends that.
 */
export function onTokenChange(notify: (event?: StorageEvent) => void): () => void {
  const storage = getActiveStorage();
  const unsubscribe = storage && method(storage, "subscribe")?.call(storage, () => notify());
  // Other tabs also write to a store in localStorage, and it does not report that.
  const end = new AbortController();
  window.addEventListener("storage", notify, { signal: end.signal });
  return () => {
    unsubscribe?.();
    // This also works if `window` is gone.
    end.abort();
  };
}

type Storage = NonNullable<ReturnType<typeof getActiveStorage>>;

/** Whether the store is asynchronous: its token cannot be read in render. */
export function isAsyncStore(): boolean {
  return getActiveStorage()?.asyncStore ?? false;
}

/** As {@link currentToken}, at once; `undefined` for an asynchronous store. */
export function readToken(key = StorageKeys.accessToken): string | undefined {
  return isAsyncStore() ? undefined : nonEmpty(storedItem(key));
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
  return isName(token) ? token : undefined;
}
