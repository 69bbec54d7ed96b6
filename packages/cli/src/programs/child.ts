import { spawn } from "node:child_process";
import { guard, type Guard } from "./guard.ts";
import { createLogTail } from "./log-tail.ts";
import { endLeftovers, signalProcess } from "./process-group.ts";

/** A program to start. */
export interface ChildOptions {
  /** Its name in messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each line that the program writes. */
  readonly onLine?: (line: string) => void;
  /** The time between SIGTERM and SIGKILL, in ms. Default: 5000. */
  readonly stopTimeout?: number;
  /**
   * Whether it gets a process group of its own, which ends with it: for a program that starts others, such as npm. A
   * Ctrl-C in the terminal does not reach it. Default: false.
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
  /** The process id; `undefined` if it could not be started. */
  readonly pid: number | undefined;
  /** Resolves after its last line was read, and its process group has ended if it has one. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** Returns the last 20 lines it wrote, oldest first. */
  lastLines(): readonly string[];
  /** Sends SIGTERM, and SIGKILL if it does not end in time. Resolves when it has ended. */
  stop(): Promise<void>;
  /** Sends SIGKILL. */
  kill(): void;
}

const KEPT_LINES = 20;
const STOP_TIMEOUT = 5_000;
// A grandchild may keep the output open: do not wait for ever until it is closed.
const FLUSH_TIMEOUT = 500;

/** Starts a program. It ends at the latest when this process ends. */
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
  // The id of a group is that of its first process, negated.
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
      // The system may soon reuse the id of an ended process, but not that of a group with running processes.
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

/** Returns how a program ended, and its last lines: "The PDP ended with exit code 1. Its last lines: …". */
export function describeExit(child: Child, exit: ChildExit): string {
  return `${exitSentence(child, exit)}${quoteLastLines(child)}`;
}

/** Returns how a program ended: "The PDP ended with exit code 1." */
export function exitSentence(child: Child, { code, signal }: ChildExit): string {
  if (signal !== null) return `The ${child.name} was ended by ${signal}.`;
  return code === null ? `The ${child.name} could not be started.` : `The ${child.name} ended with exit code ${code}.`;
}

/** Returns the last lines of a program, indented, for the end of a message. */
export function quoteLastLines(child: Child): string {
  const lines = child.lastLines();
  return lines.length === 0
    ? " It wrote nothing."
    : ` Its last lines:\n${lines.map((line) => `  | ${line}`).join("\n")}`;
}
