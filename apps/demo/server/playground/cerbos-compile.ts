import { execFile } from "node:child_process";
import { findCerbos } from "@kinde-cerbos/cli/internal";
import { type Fields, fieldsOf } from "@kinde-cerbos/core/internal";

/** The output of `cerbos compile`. */
export interface CompileOutput {
  /** Its report; `undefined` if there is none, such as after a crash. */
  readonly report: unknown;
  /** The first line of its error output if there is no report. */
  readonly message: string;
}

/** The time limit, in ms. */
const TIMEOUT_MS = 60_000;

/** The largest report, in bytes. Traces are long. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Runs `cerbos compile` on a folder of policies. If it reports nothing, the report is an empty object. */
export async function cerbosCompile(folder: string, args: readonly string[]): Promise<CompileOutput> {
  const command = ["compile", ...args, "--no-color", "--output=json", folder];
  return new Promise((resolve, reject) => {
    execFile(findCerbos().path, command, { timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES }, (error, stdout, stderr) => {
      // Without a numeric exit code, it did not finish.
      if (error && typeof error.code !== "number") reject(error);
      else if (!error && stdout.trim() === "") resolve({ report: {}, message: "" });
      else resolve({ report: parse(stdout), message: stderr.trim().split("\n", 1)[0] ?? "" });
    });
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns a list of objects in a report; empty for anything else. */
export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}
