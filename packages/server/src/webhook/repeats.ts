import { type EventBus } from "../events/event-bus.ts";

/** Tells what was done before from what is new. */
export interface Repeats {
  /**
   * Runs a task once under a name, in all processes together.
   *
   * @returns whether it ran: not if it has run before, or is running
   * @throws what the task throws, after which it may run again; what the bus throws
   */
  once(name: string, task: () => Promise<void>): Promise<boolean>;
}

/** Until it has ended, a task is remembered for this long, in ms: a process that dies meanwhile keeps nobody else. */
const RUNNING_MS = 60_000;

/** @param rememberMs how long a task is remembered that has ended, in ms */
export function repeatsOn(bus: Pick<EventBus, "claim" | "release">, rememberMs: number): Repeats {
  return {
    async once(id, task) {
      const name = `webhook:${id}`;
      if (!(await bus.claim(name, RUNNING_MS))) return false;
      try {
        await task();
      } catch (error) {
        // If this fails too, the claim soon ends by itself.
        await bus.release(name).catch(() => {});
        throw error;
      }
      // It is done. If the bus fails here, it may run once more, which only repeats what it said.
      await bus
        .release(name)
        .then(() => bus.claim(name, rememberMs))
        .catch(() => {});
      return true;
    },
  };
}
