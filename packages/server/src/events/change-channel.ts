import { putNewest } from "../put-newest.ts";
import { type Change, type IdentifiedChange, readChange } from "./change.ts";
import { type EventBus } from "./event-bus.ts";
import { type ReportProblem } from "./events-log.ts";

/** Receives changes. */
export interface ChangeListener {
  /** Gets each change once, whichever process it comes from. */
  readonly onChange: (change: IdentifiedChange) => void;
  /** Some changes of other processes may never come. */
  readonly onMissed: () => void;
}

/** Changes of all processes, by the bus. */
export interface ChangeChannel {
  /** Tells this process of a change, and then the others. Rejects if the others could not be told. */
  readonly publish: (change: Change) => Promise<void>;
  readonly close: () => void;
}

/** Ids of changes that are remembered, since the bus brings back what this process sent. */
const MAX_IDS = 10_000;

/** Joins a bus. A bus that fails is reported, and this process still hears of its own changes. */
export function createChangeChannel(
  bus: EventBus,
  { onChange, onMissed }: ChangeListener,
  report: ReportProblem,
): ChangeChannel {
  const heard = new Map<string, true>();
  let isClosed = false;
  const tell = (change: IdentifiedChange): void => {
    if (isClosed || heard.has(change.id)) return;
    putNewest(heard, change.id, true, MAX_IDS);
    onChange(change);
  };
  let unsubscribe: (() => void) | undefined;
  try {
    unsubscribe = bus.subscribe(
      (message) => {
        const change = readChange(message);
        if (change) tell(change);
        else report("message_invalid");
      },
      () => {
        if (!isClosed) onMissed();
      },
    );
  } catch (error) {
    report("bus_failed", error);
  }
  return {
    async publish(change) {
      const identified = { ...change, id: crypto.randomUUID() };
      tell(identified);
      try {
        await bus.publish(JSON.stringify(identified));
      } catch (error) {
        report("bus_failed", error);
        throw error;
      }
    },
    close() {
      isClosed = true;
      try {
        unsubscribe?.();
      } catch (error) {
        report("bus_failed", error);
      }
    },
  };
}
