import { type Io } from "../io.ts";
import { prefixed } from "../prefixed.ts";
import { exitSentence, startChild } from "../programs/child.ts";
import { ProgramError } from "../programs/program-error.ts";
import { type Supervisor } from "../programs/supervisor.ts";

/** The command that starts an app. */
export interface AppCommand {
  /** A path, or a name that is looked up on the PATH. */
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Runs the app, in a process group of its own.
 *
 * @returns 0 if it ended with exit code 0
 * @throws ProgramError if it ended with another one or a signal, or cannot be started
 */
export async function runApp(supervisor: Supervisor, { command, args }: AppCommand, io: Io): Promise<number> {
  const output = prefixed(io.stdout, "app");
  const onLine = (line: string): void => void output.write(`${line}\n`);
  const launch = { name: "app", command, args, cwd: io.cwd, env: io.env, onLine, group: true };
  const child = supervisor.startBeside(() => startChild(launch));
  const exit = await child.exited;
  if (exit.code === 0) {
    if (!supervisor.stopping()) io.stderr.write("Stopping: the app ended with exit code 0.\n");
    return 0;
  }
  throw new ProgramError(exitSentence(child, exit));
}
