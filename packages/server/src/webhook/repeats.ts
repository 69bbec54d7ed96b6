import { Failure } from "../error-text.ts";
import { type EventBus } from "../events/event-bus.ts";

/** Tells what was handled before from what is new. */
export interface Repeats {
  /**
   * Runs a task once under a name, in all processes together.
   *
   * @returns whether it ran: not if it has run before
   * @throws what the task throws, after which it may run again; what the bus throws; a Failure while it is running
   */
  once(name: string, task: () => Promise<void>): Promise<boolean>;
}

/** A process that ends while a task runs keeps others from running it for this long, in ms. */
const RUNNING_MS = 60_000;
/** The claim that finds out whether a task has run ends by itself, in ms. */
const PROBE_MS = 1;

/** @param rememberMs how long a task is remembered that has ended, in ms */
export function repeatsOn(bus: Pick<EventBus, "claim" | "release">, rememberMs: number): Repeats {
  return {
    async once(id, task) {
      const running = `webhook-running:${id}`;
      const handled = `webhook:${id}`;
      // Nobody knows yet whether it succeeds, so this is no repetition that may be acknowledged.
      if (!(await bus.claim(running, RUNNING_MS))) {
        throw new Failure("The event is being handled, or a process failed with it in the last minute.");
      }
      try {
        if (!(await bus.claim(handled, PROBE_MS))) return false;
        await task();
        // If the bus fails here, the task may run once more, which only repeats what it said.
        await bus
          .release(handled)
          .then(() => bus.claim(handled, rememberMs))
          .catch(() => {});
        return true;
      } catch (error) {
        await bus.release(handled).catch(() => {});
        throw error;
      } finally {
        // If this fails, the claim ends by itself.
        await bus.release(running).catch(() => {});
      }
    },
  };
}
