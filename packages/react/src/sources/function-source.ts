import { AuthzError, type TokenOrClaims } from "@kinde-cerbos/core";
import { hasMethods, requireOption, withoutTokens, withTimeout } from "@kinde-cerbos/core/internal";
import { clockOf } from "./source-clock.ts";
import { type TokenSnapshot, type TokenSource } from "./token-source.ts";

/** The optional parts of a source beside the token. */
export type SourceExtras = Pick<
  TokenSource,
  "getServerSnapshot" | "switchOrg" | "switchFailure" | "organizations" | "tabs"
>;

/** How {@link functionSource} loads its values. */
interface Loading<Value> extends SourceExtras {
  /** Names the function of the app in errors. */
  readonly name: string;
  readonly get: () => Value | Promise<Value>;
  readonly subscribe?: ((listener: () => void) => unknown) | undefined;
  readonly refresh?: (() => Value | Promise<Value>) | undefined;
  readonly renew?: (() => Value | Promise<Value>) | undefined;
  /** Turns a value into a token, claims, or `null` for nobody. Throws if it is something else. */
  readonly read: (value: Value) => TokenOrClaims;
}

/** How long a function of the app may take, in ms. */
const TIMEOUT_MS = 10_000;

const LOADING: TokenSnapshot = { status: "loading" };

/** A source with the result of an app's function, synchronous or not. */
export function functionSource<Value>({
  name,
  get,
  subscribe,
  refresh,
  renew,
  read,
  ...extras
}: Loading<Value>): TokenSource {
  for (const [option, value] of Object.entries({ [name]: get, subscribe, refresh, renew })) {
    requireOption(value === undefined || typeof value === "function", `${option} must be a function`);
  }
  const listeners = new Set<() => void>();
  /** Whether the app's changes are listened to. A loaded value is valid only while they are. */
  let isFollowing = false;
  /** Whether the function returns a promise. */
  let isAsync = false;
  let endSubscription: unknown;
  /** The last result of an asynchronous function; `undefined` for a synchronous one, or if nobody follows it. */
  let latest: TokenSnapshot | undefined;
  let loads = 0;
  let refreshing: Promise<TokenSnapshot> | undefined;
  let renewing: Promise<TokenSnapshot> | undefined;
  let isChangedMeanwhile = false;
  /** The result of a refresh, used while a synchronous function returns the same value as then. */
  let refreshed: { readonly over: string; readonly snapshot: TokenSnapshot } | undefined;

  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const failed = (thrown: unknown): TokenSnapshot => {
    const cause = withoutTokens(thrown);
    return { status: "error", error: new AuthzError("source_failed", `${name} failed: see the cause.`, { cause }) };
  };
  const snapshotOf = (value: Value): TokenSnapshot => {
    try {
      const found = read(value);
      if (found === null) return { status: "signed_out" };
      return typeof found === "string" ? { status: "signed_in", token: found } : { status: "signed_in", claims: found };
    } catch (error) {
      return failed(error);
    }
  };
  /** Waits for a result. Two may arrive in reverse order, so only that of the newest call is used. */
  const wait = async (answer: Value | Promise<Value>, meanwhile: TokenSnapshot): Promise<void> => {
    const mine = (loads += 1);
    latest = meanwhile;
    const found = await inTime(() => answer).then(snapshotOf, failed);
    if (mine !== loads) return;
    latest = found;
    tell();
  };
  const changed = (): void => {
    // The result of the refresh is newer. It is read again then.
    if (refreshing) isChangedMeanwhile = true;
    // The user is not known until the result arrives, so nothing is allowed until then.
    else if (latest) void wait(Promise.resolve().then(get), { status: "loading", isRefreshing: true });
    tell();
  };
  const follow = (): void => {
    if (isFollowing) return;
    isFollowing = true;
    endSubscription = subscribe?.(changed);
  };
  const unfollow = (): void => {
    if (listeners.size > 0 || !isFollowing) return;
    isFollowing = false;
    if (typeof endSubscription === "function") endSubscription();
    loads += 1;
    latest = undefined;
  };

  const load = async (ask: () => Value | Promise<Value>): Promise<TokenSnapshot> => {
    const before = source.getSnapshot();
    const loadsBefore = loads;
    const askedAt = Date.now();
    isChangedMeanwhile = false;
    const found = snapshotOf(await inTime(ask));
    const isSame = textOf(found) === textOf(before);
    // By their contract, refresh and renew give the existing token only while that is valid. Another read of it proves nothing.
    if (refresh && isSame && before.status === "signed_in") clockOf(source).vouched(before, askedAt);
    if (!isAsync) refreshed = { over: textOf(get()), snapshot: found };
    // If another load has started in the meantime, its result is newer.
    else if (latest && loads === loadsBefore) {
      loads += 1;
      latest = found;
      if (isChangedMeanwhile) void wait(Promise.resolve().then(get), found);
    }
    return found;
  };
  const begin = (ask: () => Value | Promise<Value>): Promise<TokenSnapshot> => {
    const begun = load(ask).finally(() => {
      if (refreshing === begun) refreshing = undefined;
      tell();
    });
    return (refreshing = begun);
  };
  /** Waits for a refresh in flight first, because that returns the existing token. */
  const renewBy = async (ask: () => Value | Promise<Value>): Promise<TokenSnapshot> => {
    await refreshing?.catch(() => {});
    return begin(ask);
  };

  const source: TokenSource = {
    ...extras,
    subscribe(listener) {
      listeners.add(listener);
      follow();
      return () => {
        listeners.delete(listener);
        // Later in this task, as React's StrictMode subscribes again at once.
        queueMicrotask(unfollow);
      };
    },
    getSnapshot() {
      if (latest) return latest;
      try {
        const value = get();
        if (isPromise(value)) {
          isAsync = true;
          follow();
          void wait(value, LOADING);
          return LOADING;
        }
        if (refreshed && refreshed.over !== textOf(value)) refreshed = undefined;
        return refreshed?.snapshot ?? snapshotOf(value);
      } catch (error) {
        return failed(error);
      }
    },
    refresh: () => refreshing ?? begin(refresh ?? get),
    ...(renew && {
      renew: () =>
        (renewing ??= renewBy(renew).finally(() => {
          renewing = undefined;
        })),
    }),
  };
  return source;
}

/** Also one of another window, or of a library. */
function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return hasMethods(value, ["then"]);
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? "";
}

/** A function of the app that does not answer must not keep the page waiting for good. */
async function inTime<Value>(answer: () => Value | Promise<Value>): Promise<Value> {
  return withTimeout(async () => answer(), { timeoutMs: TIMEOUT_MS, remedy: "" });
}
