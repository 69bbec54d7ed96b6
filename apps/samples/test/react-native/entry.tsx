// The sample as a device runs it, and functions for the test.
// oxlint-disable-next-line import/no-unassigned-import -- it registers itself
import "../../expo/index.ts";
import { createElement } from "react";
import { createRoot } from "test-renderer";
import { registered } from "./expo.ts";
import { device, tell } from "./kinde-expo.tsx";

/** Signs in with a token. A refresh returns another one, or fails. */
export function signIn(token: string, refreshed: string | null = null): void {
  Object.assign(device, { token, refreshed, isLoading: false });
  tell();
}

/** Sets the result of the next refreshes. */
export function setRefreshed(token: string): void {
  device.refreshed = token;
}

export { bring } from "./react-native.tsx";

/** Renders the app. Returns the content of its screen. */
export function start(): () => string {
  const root = createRoot({ textComponentTypes: ["Text"] });
  if (!registered) throw new Error("The app did not call registerRootComponent.");
  root.render(createElement(registered));
  return () => JSON.stringify(root.container.toJSON(), ["children", "type", "props", "disabled"]);
}
