import { spawn } from "node:child_process";
import { once } from "node:events";

/** Stands beside a child and ends it if this process disappears. */
export interface Guard {
  /** The child has ended: the guard is no longer needed. */
  release(): Promise<void>;
}

// A line on standard input means "released"; its end without a line means that our process is gone,
// even by SIGKILL, which no handler of ours could have seen. The guard itself outlives a Ctrl-C.
const SCRIPT = `trap '' HUP INT TERM; read -r line || kill -TERM "$1"`;

/**
 * Sends SIGTERM to a process, or to a group if the number is negative, when this process ends, however it ends. Needs a
 * POSIX shell, as the PDP needs POSIX.
 */
export function guard(target: number): Guard {
  const shell = spawn("/bin/sh", ["-c", SCRIPT, "guard", String(target)], { stdio: ["pipe", "ignore", "ignore"] });
  // Without a shell the child is merely unguarded; and a guard that was killed closes its pipe.
  const ended = once(shell, "close").catch(() => undefined);
  shell.stdin.on("error", () => undefined);
  return {
    async release() {
      shell.stdin.end("released\n");
      await ended;
    },
  };
}
