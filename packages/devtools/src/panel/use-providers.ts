import { inspection, type InspectedProvider } from "@kinde-cerbos/react/internal";
import { useSyncExternalStore } from "react";

const NONE: readonly InspectedProvider[] = [];
const none = (): readonly InspectedProvider[] => NONE;
const never = (): (() => void) => () => {};

/** Returns the providers of the page. */
export function useProviders(): readonly InspectedProvider[] {
  return useSyncExternalStore(inspection?.subscribe ?? never, inspection?.providers ?? none, none);
}
