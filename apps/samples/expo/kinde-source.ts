import { type TokenSource, tokenSource } from "@kinde-cerbos/react/source";
import { type useKindeAuth } from "@kinde/expo";
import { kinde } from "./settings.ts";

type KindeAuth = Pick<ReturnType<typeof useKindeAuth>, "getAccessToken" | "refreshToken" | "isAuthenticated">;

/** A token source for Kinde's Expo SDK, which keeps the token in the device's secure store. */
export function createKindeSource(first: KindeAuth): { source: TokenSource; set(auth: KindeAuth): void } {
  let newest = first;
  const listeners = new Set<() => void>();
  const source = tokenSource({
    getToken: () => newest.getAccessToken(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async refresh() {
      const { success } = await newest.refreshToken(kinde);
      if (!success) throw new Error("Kinde did not refresh the token. Sign in again.");
      return newest.getAccessToken();
    },
  });
  return {
    source,
    set(auth) {
      const isAnother = auth.isAuthenticated !== newest.isAuthenticated;
      newest = auth;
      if (isAnother) for (const listener of listeners) listener();
    },
  };
}
