// The sample as a device runs it, and what the test does with it.
// oxlint-disable-next-line import/no-unassigned-import -- it registers itself
import "../../expo/index.ts";
import { createElement } from "react";
import { createRoot } from "test-renderer";
import { registered } from "./expo.ts";
import { device, tell } from "./kinde-expo.tsx";

/** Signs somebody in with a token. Refreshing gives another one, or fails. */
export function signIn(token: string, refreshed: string | null = null): void {
  Object.assign(device, { token, refreshed, isLoading: false });
  tell();
}

/** What a refresh gives from now on. */
export function setRefreshed(token: string): void {
  device.refreshed = token;
}

export { bring } from "./react-native.tsx";

/** Renders the app. Returns what is on its screen. */
export function start(): () => string {
  const root = createRoot({ textComponentTypes: ["Text"] });
  if (!registered) throw new Error("The app has not registered itself.");
  root.render(createElement(registered));
  return () => JSON.stringify(root.container.toJSON(), ["children", "type", "props", "disabled"]);
}
