import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** The last lines that a program wrote, so that its end can be explained. */
export interface LogTail {
  /** Follows a stream. `onLine` gets each line as it comes. */
  readonly follow: (stream: Readable) => void;
  readonly add: (line: string) => void;
  /** Oldest first. */
  readonly lines: () => readonly string[];
}

/** Keeps `limit` lines. */
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
