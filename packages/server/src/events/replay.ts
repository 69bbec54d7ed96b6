import { type IdentifiedChange } from "./change.ts";

/** A change of policies. */
export type PolicyChange = Extract<IdentifiedChange, { what: "policies" }>;

/** The latest changes of policies, for pages that reconnect. */
export interface Replay {
  readonly add: (change: PolicyChange) => void;
  /** Forgets all, because changes were missed. */
  readonly forget: () => void;
  /**
   * Returns the changes that a page may have missed since it had the event with this id; `null` if this process cannot
   * know.
   */
  readonly since: (lastEventId: string) => readonly PolicyChange[] | null;
}

/** How far the clocks of processes may differ, and how long a message between them may take, together, in ms. */
const TOLERANCE_MS = 5000;

/**
 * Keeps so many changes, each with the time at which it came. The id of an event is the time at which it was sent. So
 * it is good for every process, and tells a page nothing of what others did: an id that counts changes would.
 */
export function createReplay({ replay, now }: { readonly replay: number; readonly now: () => number }): Replay {
  let kept: { readonly change: PolicyChange; readonly at: number }[] = [];
  /** Changes from then on are all in the list. */
  let knownSince = now();
  return {
    add(change) {
      kept.push({ change, at: now() });
      if (kept.length <= replay) return;
      const dropped = kept.shift();
      if (dropped) knownSince = Math.max(knownSince, dropped.at + 1);
    },
    forget() {
      kept = [];
      knownSince = now();
    },
    since(lastEventId) {
      if (!/^\d{1,15}$/.test(lastEventId)) return null;
      const from = Number(lastEventId) - TOLERANCE_MS;
      if (from < knownSince || from > now()) return null;
      return kept.filter(({ at }) => at >= from).map(({ change }) => change);
    },
  };
}
