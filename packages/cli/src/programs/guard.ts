import { spawn } from "node:child_process";
import { once } from "node:events";

/** A shell that ends a child if this process disappears. */
export interface Guard {
  /** Ends the guard, after the child has ended. */
  release(): Promise<void>;
}

// A line on standard input means "released". The end of the input without a line means that our process is gone, even
// by SIGKILL, which we cannot handle. The guard itself ignores a Ctrl-C.
const SCRIPT = `trap '' HUP INT TERM; read -r line || kill -TERM "$1"`;

/**
 * Sends SIGTERM to a process, or to a group if the id is negative, when this process ends in any way. Needs a POSIX
 * shell.
 */
export function guard(target: number): Guard {
  const shell = spawn("/bin/sh", ["-c", SCRIPT, "guard", String(target)], { stdio: ["pipe", "ignore", "ignore"] });
  // Without a shell, the child is not guarded. A guard that was killed closes its pipe.
  const ended = once(shell, "close").catch(() => undefined);
  shell.stdin.on("error", () => undefined);
  return {
    async release() {
      shell.stdin.end("released\n");
      await ended;
    },
  };
}
