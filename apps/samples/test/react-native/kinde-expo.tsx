// Replaces the parts of @kinde/expo that the sample uses.
import { type ReactNode, useSyncExternalStore } from "react";

/** The SDK's current token and the one after a refresh. The test sets them. */
export const device = { token: null as string | null, refreshed: null as string | null, isLoading: true };

const listeners = new Set<() => void>();

/** Notifies the app of a change, as the SDK's provider does. */
export function tell(): void {
  for (const listener of listeners) listener();
}

export const KindeAuthProvider = ({ children }: { children: ReactNode; config: object }): ReactNode => children;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useKindeAuth() {
  const isLoading = useSyncExternalStore(subscribe, () => device.isLoading);
  const isAuthenticated = useSyncExternalStore(subscribe, () => device.token !== null);
  return {
    isLoading,
    isAuthenticated,
    getAccessToken: async (): Promise<string | null> => device.token,
    refreshToken: async (_options: { domain: string; clientId: string }): Promise<{ success: boolean }> => {
      if (device.refreshed === null) return { success: false };
      device.token = device.refreshed;
      return { success: true };
    },
  };
}
