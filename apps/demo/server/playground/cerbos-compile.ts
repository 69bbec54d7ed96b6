import { execFile } from "node:child_process";
import { findCerbos } from "@kinde-cerbos/cli/internal";
import { type Fields, fieldsOf } from "@kinde-cerbos/core/internal";

/** What `cerbos compile` wrote. */
export interface CompileOutput {
  /** What it reports, as an object; `undefined` if there is no report, as after a crash. */
  readonly report: unknown;
  /** Its first line for people, where there is no report. */
  readonly message: string;
}

/** The longest that it may take, ms. */
const TIMEOUT_MS = 60_000;

/** The largest report. Traces are long. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Runs `cerbos compile` on a folder of policies. Nothing to report is an empty object. */
export async function cerbosCompile(folder: string, args: readonly string[]): Promise<CompileOutput> {
  const command = ["compile", ...args, "--no-color", "--output=json", folder];
  return new Promise((resolve, reject) => {
    execFile(findCerbos().path, command, { timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES }, (error, stdout, stderr) => {
      // A code that is no number: it has not run to its end.
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

/** A list of objects in a report; empty for anything else. */
export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}
