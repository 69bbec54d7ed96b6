import { readFile } from "node:fs/promises";
import { type Terminal } from "../../src/io.ts";
import { main } from "../../src/main.ts";

/** The output of a command, and its exit code. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a run. */
export interface RunOptions {
  readonly env?: { readonly [name: string]: string | undefined };
  /** Standard input. Default: empty. */
  readonly stdin?: string | AsyncIterable<Uint8Array>;
  readonly isTTY?: boolean;
  /** The terminal for questions. Default: none. */
  readonly terminal?: Terminal;
  /** The working directory. Default: that of the tests. */
  readonly cwd?: string;
  /** Resolves to interrupt the command. Default: at once. */
  readonly interrupted?: Promise<void>;
  /** Called with everything that is written to stdout. */
  readonly onStdout?: (text: string) => void;
  readonly fetch?: typeof fetch;
  /** Called with everything that is written to stderr. */
  readonly onStderr?: (text: string) => void;
}

/** Runs `kinde-cerbos` in this process. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  let stdout = "";
  let stderr = "";
  const code = await main(args, {
    stdout: {
      write: (text) => {
        stdout += text;
        options.onStdout?.(text);
      },
      ...(options.isTTY !== undefined && { isTTY: options.isTTY }),
    },
    stderr: {
      write: (text) => {
        stderr += text;
        options.onStderr?.(text);
      },
    },
    stdin: typeof options.stdin === "object" ? options.stdin : input(options.stdin),
    ...(options.terminal && { terminal: options.terminal }),
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    interrupted: async () => {
      await options.interrupted;
      return "the test";
    },
    fetch: options.fetch ?? fetch,
    now: Date.now,
    readManual: () => readFile(new URL("../../../../docs/guides/doctor.md", import.meta.url), "utf8"),
  });
  return { code, stdout, stderr };
}

async function* input(text = ""): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}
