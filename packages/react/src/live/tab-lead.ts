import { type Fields, isFields } from "@kinde-cerbos/core/internal";
import { pause } from "./pause.ts";

/** One stream for all tabs that have the same name: the tab that came into view last has it, and tells the others. */
export interface TabLead {
  /**
   * Takes the stream over from the tab that has it, and takes it back when the other tab gives it up. Resolves when
   * the signal is aborted, or `read` resolves by itself.
   *
   * @param read - Reads the stream until its signal is aborted. It is called again if the stream is this tab's again.
   */
  lead(read: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal): Promise<void>;
  /** Tells the other tabs. */
  tell(message: Fields): void;
  /** Tells the other tabs that this one has opened the stream. */
  tellOpen(): void;
}

/** How long a tab keeps a stream that another one has taken over, in ms, if that does not say that it has it. */
const HAND_OVER_MS = 10_000;

/**
 * Without Web Locks (a page of plain HTTP) or BroadcastChannel, each tab has a stream of its own.
 *
 * @param onMessage - Called for each message of another tab. Any script of this origin can send one.
 * @param signal - Ends what is listened to
 */
export function createTabLead(name: string, onMessage: (message: Fields) => void, signal: AbortSignal): TabLead {
  const { locks }: { readonly locks?: LockManager } = navigator;
  if (!locks || typeof BroadcastChannel === "undefined" || signal.aborted) {
    return { lead: async (read, until) => void (await read(until)), tell: () => {}, tellOpen: () => {} };
  }
  const channel = new BroadcastChannel(name);
  const listeners = new Set<() => void>();
  /** When this tab got the lock, in ms since the epoch. */
  let heldSince = 0;
  /** Whether a tab that got the lock after this one has opened the stream. */
  let isTaken = false;
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (!isFields(data)) return;
    // A tab that had the lock before may open its stream late: that one is not this tab's successor.
    if (Number(data["heldSince"]) >= heldSince) {
      isTaken = true;
      for (const listener of listeners) listener();
    }
    onMessage(data);
  });
  signal.addEventListener("abort", () => channel.close());

  /**
   * Aborts once another tab has the stream: what comes in between is heard by one of both. A busy browser may deliver
   * that tab's message before it says that the lock is lost.
   */
  const handOver = async (end: AbortController): Promise<void> => {
    const taken = new AbortController();
    const listener = (): void => taken.abort();
    listeners.add(listener);
    if (!isTaken) await pause(HAND_OVER_MS, AbortSignal.any([taken.signal, end.signal]));
    listeners.delete(listener);
    end.abort();
  };

  const tell = (message: Fields): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origin
    if (!signal.aborted) channel.postMessage(message);
  };

  return {
    async lead(read, until) {
      // A tab that comes into view may have missed what the others were told, so it asks the server itself.
      for (let steal = true; !until.aborted; steal = false) {
        const end = new AbortController();
        const stop = (): void => end.abort();
        until.addEventListener("abort", stop);
        let isOver = false;
        const hold = async (): Promise<void> => {
          isTaken = false;
          heldSince = performance.timeOrigin + performance.now();
          await read(end.signal);
          until.removeEventListener("abort", stop);
          isOver = true;
        };
        try {
          await locks.request(name, steal ? { steal } : { signal: until }, hold);
        } catch (error) {
          // Taken over, or not wanted any more. Anything else: there are no locks for this page.
          if (error instanceof DOMException && error.name === "AbortError") void handOver(end);
          else await hold();
        }
        if (isOver) return;
      }
    },
    tell,
    tellOpen: () => tell({ heldSince }),
  };
}
