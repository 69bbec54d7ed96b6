import { type Readable, type Writable } from "node:stream";

/** Where a command writes. */
export interface Output {
  write(text: string): unknown;
  /** Whether people read it as it comes: colour is for them only. */
  readonly isTTY?: boolean;
}

/** A terminal with a person before it. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** What a command has of the world, so that tests can bring their own. */
export interface Io {
  /** The result, and nothing else: it may be piped on. */
  readonly stdout: Output;
  /** What is said on the way. */
  readonly stderr: Output;
  readonly stdin: AsyncIterable<string | Uint8Array>;
  /** Where to ask questions. `undefined` if nobody is there to answer. */
  readonly terminal?: Terminal;
  readonly env: { readonly [name: string]: string | undefined };
  /** The folder that paths are relative to. */
  readonly cwd: string;
  /**
   * Resolves when the command should end: Ctrl-C, or a signal to the process. Once called, these do nothing else, until
   * a second one ends the process at once, with 130.
   *
   * @param atOnce called before the process ends so
   */
  readonly interrupted: (atOnce?: () => void) => Promise<void>;
  readonly fetch: typeof fetch;
  /** Now, ms. */
  readonly now: () => number;
  /** The documentation of the doctor, Markdown, which comes with the package. */
  readonly readManual: () => Promise<string>;
}
