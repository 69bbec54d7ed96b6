import { spawn } from "node:child_process";
import { descendants, type ProcessInfo } from "./processes.ts";

/** A run of a program in another process. */
export interface Run {
  readonly pid: number;
  /** Returns what it wrote so far to both streams. */
  readonly output: () => string;
  /** Resolves when it has written this text. Rejects with its output if it ends first. */
  readonly wrote: (text: string) => Promise<void>;
  /** How it ended: an exit code or a signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Closes the pipe that it writes its standard output to. */
  readonly closeStdout: () => void;
  readonly children: () => ProcessInfo[];
}

/** Starts Node with this script or file. `cwd` defaults to that of the tests. */
export function runNode(args: readonly string[], env: Record<string, string> = {}, cwd: string = process.cwd()): Run {
  const stdio = ["ignore", "pipe", "pipe"] as const;
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, cwd, stdio: [...stdio] });
  if (child.pid === undefined) throw new Error("Node could not be started.");
  const { pid } = child;
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  return {
    pid,
    ended,
    output: () => output,
    wrote: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.includes(text)) resolve();
        };
        look();
        child.stdout.on("data", look);
        child.stderr.on("data", look);
        child.once("close", () => reject(new Error(`It ended before it wrote "${text}":\n${output}`)));
      }),
    kill: (signal) => void child.kill(signal),
    closeStdout: () => void child.stdout.destroy(),
    children: () => descendants(pid),
  };
}
