import { describeExit, type Child } from "./child.ts";
import { waitUntilHealthy } from "./health.ts";
import { ProgramError } from "./program-error.ts";

/** Runs several programs together. If one ends, `failure` rejects, unless it may be started again. */
export interface Supervisor {
  /** Starts a program and waits until `url` answers. Rejects with the reason if it does not. */
  start(launch: () => Child, url: string, options?: StartOptions): Promise<void>;
  /** Starts a program without waiting for it. Its end does not stop the others. */
  startBeside(launch: () => Child): Child;
  /** Rejects when a program ends by itself and may not be started again, with its last lines. Never resolves. */
  readonly failure: Promise<never>;
  /** Whether the programs are being stopped. */
  readonly stopping: () => boolean;
  /** Stops all programs. Resolves when the last one has ended. */
  stop(): Promise<void>;
  /** Kills all programs at once. */
  kill(): void;
}

/** Options of {@link Supervisor.start}. */
interface StartOptions {
  /** Called with the reason each time the program ended and is started again. Default: it is not started again. */
  readonly onRestart?: ((reason: string) => void) | undefined;
  /** Called with the program's name when it answers after a restart. */
  readonly onBack?: ((name: string) => void) | undefined;
}

/** How often a program is started again: one that ends more often is broken. */
const MAX_RESTARTS = 20;

const STOPPING = "The programs are being stopped.";

/** Creates a supervisor without programs. */
export function createSupervisor(): Supervisor {
  const children = new Set<Child>();
  let stopping = false;
  let fail: ((reason: unknown) => void) | undefined;
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });

  /** Starts a program; resolves when `url` answers. */
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
      // A program that never answered would not answer the next time, either.
      if (!onRestart || !isReady) throw new ProgramError(reason);
      if (restarts === MAX_RESTARTS) {
        throw new ProgramError(`The ${child.name} was started again ${restarts} times, and ended each time. ${reason}`);
      }
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
      // Whichever is first: this program answers, or an earlier one ends.
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
