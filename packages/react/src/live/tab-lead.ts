import { type Fields, isFields } from "@kinde-cerbos/core/internal";

/** One stream for all tabs that have the same name: one of them reads it, and tells the others. */
export interface TabLead {
  /**
   * Reads the stream once no other tab does. If another tab takes it over, it ends here at once, and this tab waits
   * again. Resolves when the signal is aborted, or `read` resolves by itself.
   *
   * @param read - Reads the stream until its signal is aborted
   * @param steal - Whether to take it over from the tab that has it now
   */
  lead(read: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal, steal: boolean): Promise<void>;
  /** Tells the other tabs. */
  tell(message: Fields): void;
}

/**
 * Without Web Locks (a page of plain HTTP) or BroadcastChannel, each tab has a stream of its own.
 *
 * @param onMessage - Called for each message of another tab. Any script of this origin can send one.
 * @param signal - Ends the listeners
 */
export function createTabLead(name: string, onMessage: (message: Fields) => void, signal: AbortSignal): TabLead {
  const { locks }: { readonly locks?: LockManager } = navigator;
  if (!locks || typeof BroadcastChannel === "undefined" || signal.aborted) {
    return { lead: async (read, until) => void (await read(until)), tell: () => {} };
  }
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (isFields(data)) onMessage(data);
  });
  signal.addEventListener("abort", () => channel.close());

  return {
    async lead(read, until, steal) {
      for (let isTaking = steal; !until.aborted; isTaking = false) {
        const end = new AbortController();
        const stop = (): void => end.abort();
        until.addEventListener("abort", stop);
        let isOver = false;
        const hold = async (): Promise<void> => {
          await read(end.signal);
          isOver = true;
        };
        try {
          await locks.request(name, isTaking ? { steal: true } : { signal: until }, hold);
        } catch (error) {
          // Taken over, or not wanted any more. Anything else: there are no locks for this page.
          if (!(error instanceof DOMException && error.name === "AbortError")) await hold();
        }
        until.removeEventListener("abort", stop);
        stop();
        if (isOver) return;
      }
    },
    tell(message) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin
      if (!signal.aborted) channel.postMessage(message);
    },
  };
}
