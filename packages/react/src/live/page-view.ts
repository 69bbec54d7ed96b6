/** Whether the user sees the page, and it has a network. */
export function isInView(): boolean {
  return document.visibilityState !== "hidden" && navigator.onLine;
}

/** Calls `listener` whenever {@link isInView} may be another one, until the signal is aborted. */
export function onViewChange(listener: () => void, signal: AbortSignal): void {
  document.addEventListener("visibilitychange", listener, { signal });
  window.addEventListener("online", listener, { signal });
  window.addEventListener("offline", listener, { signal });
}

/** Resolves once the page is in view, at once if it is; also when the signal is aborted. */
export async function whenInView(signal: AbortSignal): Promise<void> {
  if (isInView() || signal.aborted) return;
  const end = new AbortController();
  await new Promise<void>((resolve) => {
    onViewChange(() => isInView() && resolve(), end.signal);
    signal.addEventListener("abort", () => resolve(), { signal: end.signal });
  });
  end.abort();
}
