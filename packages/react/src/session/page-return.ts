import { focusManager, onlineManager } from "@tanstack/react-query";

/** Whether the user does not see the page, or the app of a device. */
export const isPageHidden = (): boolean => !focusManager.isFocused();

/** Calls `listener` when the user or the network may have come back. Returns a function that ends that. */
export function onPageReturn(listener: () => void): () => void {
  // React Native has no page, and tells react-query instead.
  if (typeof document === "undefined") {
    const ends = [focusManager.subscribe(listener), onlineManager.subscribe(listener)];
    return () => ends.forEach((end) => end());
  }
  const end = new AbortController();
  window.addEventListener("online", listener, end);
  document.addEventListener("visibilitychange", listener, end);
  return () => end.abort();
}
