import { execFile } from "node:child_process";
import { cerbosBinary } from "../cerbos-binary.ts";
import { type Io } from "../io.ts";
import { UsageError } from "../usage-error.ts";

/** The longest that compiling may take, ms. */
const TIMEOUT_MS = 60_000;

/** The longest text that it may write. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * What Cerbos says of policies that do not compile, with file, line and column; empty if they compile. `undefined` if
 * there is no Cerbos on this machine.
 *
 * @throws UsageError where `CERBOS_PATH` names something else
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
        // A number if it has run.
        else if (typeof error.code === "number") resolve(stdout.trim() || `cerbos compile: ${firstLine(stderr)}`);
        else if (error.killed) resolve(`cerbos compile took more than ${TIMEOUT_MS / 1000} seconds.`);
        else if (from === "CERBOS_PATH") {
          reject(new UsageError("CERBOS_PATH names no program that can be run. It takes the path of a Cerbos server."));
        } else resolve(undefined);
      },
    );
  });
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] || "it has failed without a word.";
}
