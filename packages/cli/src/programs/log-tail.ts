import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** The last lines that a program wrote, for error messages. */
export interface LogTail {
  /** Adds each line of a stream. */
  readonly follow: (stream: Readable) => void;
  readonly add: (line: string) => void;
  /** Returns the lines, oldest first. */
  readonly lines: () => readonly string[];
}

/** Creates a log that keeps the last `limit` lines. Calls `onLine` with each line. */
export function createLogTail(limit: number, onLine?: (line: string) => void): LogTail {
  const kept: string[] = [];
  const add = (line: string): void => {
    if (line.trim() === "") return;
    kept.push(line);
    if (kept.length > limit) kept.shift();
    onLine?.(line);
  };
  return {
    follow: (stream) => void createInterface({ input: stream }).on("line", add),
    add,
    lines: () => [...kept],
  };
}
