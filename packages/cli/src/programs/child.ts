import { spawn } from "node:child_process";
import { guard, type Guard } from "./guard.ts";
import { createLogTail } from "./log-tail.ts";
import { endLeftovers, signalProcess } from "./process-group.ts";

/** A program to start. */
export interface ChildOptions {
  /** What messages call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Gets each line that the program writes. */
  readonly onLine?: (line: string) => void;
  /** How long it has between SIGTERM and SIGKILL, ms. Default: 5000. */
  readonly stopTimeout?: number;
  /**
   * Gives it a process group of its own, which ends with it: for a program that starts others, such as npm. The
   * Ctrl-C of a terminal does not reach it. Default: false.
   */
  readonly group?: boolean;
}

/** How a program ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running program. */
export interface Child {
  readonly name: string;
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Settles once, after its last line was read, and with its group gone if it has one. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** Its last lines, oldest first. */
  lastLines(): readonly string[];
  /** SIGTERM, and SIGKILL when that is not enough. Settles when it has ended. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): void;
}

const KEPT_LINES = 20;
const STOP_TIMEOUT = 5_000;
// Output may be held open by a grandchild: do not wait for its end for ever.
const FLUSH_TIMEOUT = 500;

/** Starts a program that ends, at the latest, with this process. */
export function startChild({
  name,
  command,
  args,
  onLine,
  stopTimeout = STOP_TIMEOUT,
  group = false,
  ...options
}: ChildOptions): Child {
  const tail = createLogTail(KEPT_LINES, onLine);
  const child = spawn(command, args, { ...options, detached: group, stdio: ["ignore", "pipe", "pipe"] });
  tail.follow(child.stdout);
  tail.follow(child.stderr);
  // The number of a group is that of its first process, with a minus.
  const target = child.pid === undefined ? undefined : group ? -child.pid : child.pid;
  const watch: Guard | undefined = target === undefined ? undefined : guard(target);

  let running = target !== undefined;
  const send = (signal: NodeJS.Signals): void => {
    if (running && target !== undefined) signalProcess(target, signal);
  };
  const exited = new Promise<ChildExit>((resolve) => {
    const settle = async (exit: ChildExit): Promise<void> => {
      if (group && target !== undefined) await endLeftovers(target, stopTimeout);
      running = false;
      await watch?.release();
      resolve(exit);
    };
    child.once("error", (error) => {
      tail.add(error.message);
      if (child.pid === undefined) void settle({ code: null, signal: null });
    });
    child.once("exit", (code, signal) => {
      // The number of a process that has ended may be another's soon; that of a group is not while it has a member.
      if (!group) running = false;
      const flushed = setTimeout(() => void settle({ code, signal }), FLUSH_TIMEOUT);
      child.once("close", () => {
        clearTimeout(flushed);
        void settle({ code, signal });
      });
    });
  });

  return {
    name,
    pid: child.pid,
    exited,
    lastLines: tail.lines,
    async stop() {
      send("SIGTERM");
      const deadline = setTimeout(() => send("SIGKILL"), stopTimeout);
      await exited;
      clearTimeout(deadline);
    },
    kill: () => send("SIGKILL"),
  };
}

/** "The PDP ended with exit code 1.", and what it last wrote. */
export function describeExit(child: Child, exit: ChildExit): string {
  return `${exitSentence(child, exit)}${quoteLastLines(child)}`;
}

/** "The PDP ended with exit code 1." */
export function exitSentence(child: Child, { code, signal }: ChildExit): string {
  if (signal !== null) return `The ${child.name} was ended by ${signal}.`;
  return code === null ? `The ${child.name} could not be started.` : `The ${child.name} ended with exit code ${code}.`;
}

/** Its last lines, indented, for the end of a message. */
export function quoteLastLines(child: Child): string {
  const lines = child.lastLines();
  return lines.length === 0
    ? " It wrote nothing."
    : ` Its last lines:\n${lines.map((line) => `  | ${line}`).join("\n")}`;
}
