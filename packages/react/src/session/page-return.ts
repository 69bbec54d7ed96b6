import { focusManager, onlineManager } from "@tanstack/react-query";

/** Whether there is a page that can be hidden and come back. React Native has none, where react-query is told instead. */
const hasPage = (): boolean => typeof document !== "undefined";

/** Whether the user does not see the page. */
export function isPageHidden(): boolean {
  return hasPage() ? document.visibilityState !== "visible" : !focusManager.isFocused();
}

/** Calls `listener` when the user or the network may have come back. Returns a function that ends that. */
export function onPageReturn(listener: () => void): () => void {
  if (!hasPage()) {
    const ends = [focusManager.subscribe(listener), onlineManager.subscribe(listener)];
    return () => ends.forEach((end) => end());
  }
  const end = new AbortController();
  window.addEventListener("online", listener, end);
  document.addEventListener("visibilitychange", listener, end);
  return () => end.abort();
}
