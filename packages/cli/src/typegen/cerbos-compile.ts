import { execFile } from "node:child_process";
import { cerbosBinary } from "../cerbos-binary.ts";
import { type Io } from "../io.ts";
import { UsageError } from "../usage-error.ts";

/** How long compiling may take, in ms. */
const TIMEOUT_MS = 60_000;

/** The maximum size of its output, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Compiles policies with Cerbos. Returns Cerbos' errors, with file, line and column; an empty text if they compile;
 * `undefined` if there is no Cerbos on this machine.
 *
 * @throws UsageError if `CERBOS_PATH` is not a program that can be run
 */
export async function cerbosCompile(folder: string, io: Pick<Io, "env" | "cwd">): Promise<string | undefined> {
  const { path, from } = cerbosBinary(io);
  return new Promise((resolve, reject) => {
    const args = ["compile", "--skip-tests", "--color=never", folder];
    execFile(
      path,
      args,
      { cwd: io.cwd, env: io.env, timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES },
      (error, stdout, stderr) => {
        if (!error) resolve("");
        // The code is a number if the program has run.
        else if (typeof error.code === "number") resolve(stdout.trim() || `cerbos compile: ${firstLine(stderr)}`);
        else if (error.killed) resolve(`cerbos compile took more than ${TIMEOUT_MS / 1000} seconds.`);
        else if (from === "CERBOS_PATH") {
          reject(
            new UsageError("CERBOS_PATH is not a program that can be run. Set it to the path of a Cerbos server."),
          );
        } else resolve(undefined);
      },
    );
  });
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] || "it failed without a message.";
}
