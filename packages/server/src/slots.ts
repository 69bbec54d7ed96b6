import { type GatewayLimits } from "./limits.ts";
import { Refusal } from "./refusal.ts";

/** Runs a task in one of a bounded number of slots, of which each subject has a bounded share. */
export type Slots = <Result>(subject: string, task: () => Promise<Result>) => Promise<Result>;

const RETRY_AFTER_MS = 1000;

/**
 * Creates the slots of requests that wait for the PDP. A request without a free slot is refused at once. A slot becomes
 * free when its task ends, in whatever way.
 *
 * @returns a function that throws Refusal `too_busy`
 */
export function createSlots(limits: Pick<GatewayLimits, "inFlight" | "inFlightPerSubject">): Slots {
  const { inFlight, inFlightPerSubject } = limits;
  let taken = 0;
  /** Slots of each subject that has any. */
  const shares = new Map<string, number>();
  return async (subject, task) => {
    const share = shares.get(subject) ?? 0;
    if (share >= inFlightPerSubject) {
      throw tooBusy("You have too many requests waiting for the PDP. Try again in a second.");
    }
    if (taken >= inFlight) throw tooBusy("Too many requests are waiting for the PDP. Try again in a second.");
    taken += 1;
    shares.set(subject, share + 1);
    try {
      return await task();
    } finally {
      taken -= 1;
      const left = (shares.get(subject) ?? 1) - 1;
      if (left > 0) shares.set(subject, left);
      else shares.delete(subject);
    }
  };
}

function tooBusy(message: string): Refusal {
  return new Refusal("too_busy", message, { retryAfterMs: RETRY_AFTER_MS });
}
