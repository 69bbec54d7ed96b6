import { AuthzError, type TokenOrClaims } from "@kinde-cerbos/core";
import { isFields, requireOption, withoutTokens } from "@kinde-cerbos/core/internal";
import { type TokenSnapshot, type TokenSource } from "./token-source.ts";

/** What a source may do beside the token itself. */
export type SourceExtras = Pick<TokenSource, "switchOrg" | "switchFailure" | "organizations" | "tabs">;

/** How {@link loadedSource} gets what it has. */
interface Loading<Value> extends SourceExtras {
  /** Names the function of the app in errors. */
  readonly name: string;
  readonly get: () => Value | Promise<Value>;
  readonly subscribe?: ((listener: () => void) => () => void) | undefined;
  readonly refresh?: (() => Value | Promise<Value>) | undefined;
  /** What a value is: a token, claims, or nobody. Throws if it is something else. */
  readonly read: (value: Value) => TokenOrClaims;
}

/** A source that an app's function fills, at once or later. */
export function loadedSource<Value>({
  name,
  get,
  subscribe,
  refresh = get,
  read,
  ...extras
}: Loading<Value>): TokenSource {
  for (const [option, value] of Object.entries({ [name]: get, subscribe, refresh })) {
    requireOption(value === undefined || typeof value === "function", `${option} must be a function`);
  }
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  /** The last answer of a function that answers later; `undefined` as long as it has answered at once. */
  let latest: TokenSnapshot | undefined;
  let refreshing: Promise<TokenSnapshot> | undefined;
  let loads = 0;
  let endSubscription: (() => void) | undefined;

  const failed = (cause: unknown): TokenSnapshot => {
    const error = new AuthzError("source_failed", `${name} of the token source failed: see the cause.`, {
      cause: withoutTokens(cause),
    });
    return { status: "error", error };
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
  /** Waits for an answer. Two may come in the other order: only that to the newest question counts. */
  const wait = async (answer: Promise<Value>, meanwhile: TokenSnapshot): Promise<TokenSnapshot> => {
    const mine = (loads += 1);
    latest = meanwhile;
    const found = await Promise.resolve(answer).then(snapshotOf, failed);
    if (mine !== loads) return latest;
    latest = found;
    tell();
    return found;
  };
  const reload = (): void => {
    // Whose token it is now is not known until the answer is there, so nothing is allowed until then.
    if (latest) void wait(Promise.resolve().then(get), { status: "loading", isRefreshing: true });
    tell();
  };
  const load = async (): Promise<TokenSnapshot> => {
    const before = latest;
    const found = snapshotOf(await refresh());
    // What has come from elsewhere meanwhile is newer.
    if (before && latest === before) {
      loads += 1;
      latest = found;
    }
    tell();
    return found;
  };

  return {
    ...extras,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) endSubscription = subscribe?.(reload);
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0) return;
        endSubscription?.();
        endSubscription = undefined;
      };
    },
    getSnapshot() {
      if (latest) return latest;
      try {
        const value = get();
        if (!isPromise(value)) return snapshotOf(value);
        void wait(value, { status: "loading" });
      } catch (error) {
        return failed(error);
      }
      return { status: "loading" };
    },
    refresh() {
      refreshing ??= load().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
  };
}

/** Also one of another window, or of a library. */
function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return isFields(value) && typeof value["then"] === "function";
}
