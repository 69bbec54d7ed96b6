import { describeExit, type Child } from "./child.ts";
import { waitUntilHealthy } from "./health.ts";

/** Keeps several programs together: all of them run, or none. */
export interface Supervisor {
  /** Starts a program and waits until `url` answers. Rejects with the reason when it does not. */
  start(launch: () => Child, url: string): Promise<void>;
  /** Rejects, with its last lines, when a program ends that was not asked to. Never resolves. */
  readonly failure: Promise<never>;
  /** Whether the programs were asked to end. */
  readonly stopping: () => boolean;
  /** Ends all programs. Settles when the last one is gone. */
  stop(): Promise<void>;
  /** Ends all programs at once, without asking them. */
  kill(): void;
}

/** A supervisor with no programs yet. */
export function createSupervisor(): Supervisor {
  const children: Child[] = [];
  let stopping = false;
  let fail: ((reason: Error) => void) | undefined;
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });

  async function watch(child: Child): Promise<void> {
    const exit = await child.exited;
    if (!stopping) fail?.(new Error(describeExit(child, exit)));
  }

  return {
    failure,
    stopping: () => stopping,
    async start(launch, url) {
      if (stopping) throw new Error("The programs are being stopped.");
      const child = launch();
      children.push(child);
      void watch(child);
      // Whichever comes first: its own health, or the end of one that was started before.
      await Promise.race([waitUntilHealthy(child, url), failure]);
    },
    async stop() {
      stopping = true;
      await Promise.all(children.map((child) => child.stop()));
    },
    kill() {
      stopping = true;
      for (const child of children) child.kill();
    },
  };
}
