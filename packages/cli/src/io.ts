import { type Readable, type Writable } from "node:stream";

/** Where a command writes. */
export interface Output {
  write(text: string): unknown;
  /** Whether it is a terminal. Color is for terminals only. */
  readonly isTTY?: boolean;
}

/** A terminal that a person uses. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** A command's access to its environment. Tests replace it. */
export interface Io {
  /** For the result only, so that it can be piped. */
  readonly stdout: Output;
  /** For everything else: errors, warnings and progress. */
  readonly stderr: Output;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  /** The terminal to ask questions in; `undefined` if there is none. */
  readonly terminal?: Terminal;
  readonly env: { readonly [name: string]: string | undefined };
  /** The folder that paths are relative to. */
  readonly cwd: string;
  /**
   * Resolves with the reason when the command should end: at Ctrl-C or another signal, or when its output was closed.
   * From this call on, the first signal does nothing else, and a second one ends the process at once, with 130.
   *
   * @param atOnce called before the process ends at once
   */
  readonly interrupted: (atOnce?: () => void) => Promise<string>;
  readonly fetch: typeof fetch;
  /** Returns the time, in ms since the epoch. */
  readonly now: () => number;
  /** Reads the documentation of the doctor, which is part of the package. Markdown. */
  readonly readManual: () => Promise<string>;
}
