import { serverSource, type TokenSource } from "@kinde-cerbos/react/source";

/** Claims of the access token, as the server sends them to the page; `null` if nobody is signed in. */
export type Claims = object | null;

/** The session of one page. */
export interface PageSession {
  readonly source: TokenSource;
  /** Sets the claims that a loader returned. */
  set(claims: Claims): void;
}

/** Starts with the claims that the page was rendered with, so they need no request. */
export function createPageSession(claims: Claims): PageSession {
  let newest = claims;
  const listeners = new Set<() => void>();
  return {
    source: serverSource({
      getClaims: () => newest,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async refresh() {
        const response = await fetch("/session", { method: "POST" });
        if (!response.ok) throw new Error(`/session answered ${response.status}.`);
        return (newest = await response.json());
      },
    }),
    set(next) {
      newest = next;
      for (const listener of listeners) listener();
    },
  };
}
