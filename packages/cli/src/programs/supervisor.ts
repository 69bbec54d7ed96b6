import { describeExit, type Child } from "./child.ts";
import { waitUntilHealthy } from "./health.ts";
import { ProgramError } from "./program-error.ts";

/** Keeps several programs together: all of them run, or none. One that may restart is started again when it ends. */
export interface Supervisor {
  /** Starts a program and waits until `url` answers. Rejects with the reason when it does not. */
  start(launch: () => Child, url: string, options?: StartOptions): Promise<void>;
  /** Starts a program that is not waited for, and whose end is not the end of the others. */
  startBeside(launch: () => Child): Child;
  /** Rejects, with its last lines, when a program ends that was not asked to, and may not restart. Never resolves. */
  readonly failure: Promise<never>;
  /** Whether the programs were asked to end. */
  readonly stopping: () => boolean;
  /** Ends all programs. Settles when the last one is gone. */
  stop(): Promise<void>;
  /** Ends all programs at once, without asking them. */
  kill(): void;
}

/** Options of {@link Supervisor.start}. */
interface StartOptions {
  /** Gets the reason each time that the program ended and is started again. Default: its end is the end of all. */
  readonly onRestart?: ((reason: string) => void) | undefined;
  /** Gets the name of a program that was started again and answers. */
  readonly onBack?: ((name: string) => void) | undefined;
}

/** One that ends so often is broken: it is not started again. */
const MAX_RESTARTS = 20;

const STOPPING = "The programs are being stopped.";

/** A supervisor with no programs yet. */
export function createSupervisor(): Supervisor {
  const children = new Set<Child>();
  let stopping = false;
  let fail: ((reason: unknown) => void) | undefined;
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });

  /** Runs a program until it ends; settles when `url` answers. */
  async function run(launch: () => Child, url: string, options: StartOptions, restarts = 0): Promise<void> {
    const { onRestart, onBack } = options;
    const child = launch();
    children.add(child);
    let isReady = false;
    const watch = async (): Promise<void> => {
      const exit = await child.exited;
      children.delete(child);
      if (stopping) return;
      const reason = describeExit(child, exit);
      // What never answered would not answer the next time.
      if (!onRestart || !isReady || restarts === MAX_RESTARTS) throw new ProgramError(reason);
      onRestart(reason);
      await run(launch, url, options, restarts + 1);
    };
    watch().catch((error: unknown) => fail?.(error));
    await waitUntilHealthy(child, url);
    isReady = true;
    if (restarts > 0) onBack?.(child.name);
  }

  return {
    failure,
    stopping: () => stopping,
    async start(launch, url, options = {}) {
      if (stopping) throw new ProgramError(STOPPING);
      // Whichever comes first: its own health, or the end of one that was started before.
      await Promise.race([run(launch, url, options), failure]);
    },
    startBeside(launch) {
      if (stopping) throw new ProgramError(STOPPING);
      const child = launch();
      children.add(child);
      void child.exited.then(() => children.delete(child));
      return child;
    },
    async stop() {
      stopping = true;
      await Promise.all([...children].map((child) => child.stop()));
    },
    kill() {
      stopping = true;
      for (const child of children) child.kill();
    },
  };
}
