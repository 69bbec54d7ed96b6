import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The user of the containers. */
export const USER = 65532;

/**
 * Runs a command as a hardened container does: all file systems are read-only but for one folder, and the process has
 * no capability and cannot get one.
 */
const SCRIPT = `
set -e
writable=$1 access=$2; shift 2
mount --bind "$writable" "$writable"
mounts=$(cut -d ' ' -f 2 /proc/self/mounts)
for at in $mounts; do
  case $at in "$writable" | /proc* | /sys* | /dev*) ;; *) mount -o "remount,bind,ro" "$at" ;; esac
done
mount -o "remount,bind,$access" "$writable"
if touch /read-only 2>/dev/null; then echo "The file system is writable." >&2; exit 1; fi
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all --ambient-caps=-all "$@"
`;

/** A way to start programs with the rights of a container. */
export interface Sandbox {
  /** The user of the programs. */
  readonly user: number;
  /** The command that starts a program, and its arguments. `writable` is a folder to which `access` applies. */
  start(writable: string, access: "rw" | "ro", command: string, args: readonly string[]): [string, string[]];
  /** The command that starts a program as another user, and its arguments. */
  asAnother(command: string, args: readonly string[]): [string, string[]];
  /** Throws if a process has a right. */
  requireNoRights(pid: number): void;
}

/**
 * The sandbox of this machine, which needs Linux, root, and `files` that the user of the containers may read.
 * `undefined` without them: programs then run with the rights of the tests.
 */
export function findSandbox(files: readonly string[]): Sandbox | undefined {
  const asUser = [`--reuid=${USER}`, `--regid=${USER}`, "--clear-groups"];
  if (process.getuid?.() !== 0 || !succeeds("unshare", "--mount", "true")) return undefined;
  if (!files.every((file) => succeeds("setpriv", ...asUser, "test", "-r", file))) return undefined;
  return {
    user: USER,
    start: (writable, access, command, args) => [
      "unshare",
      ["--mount", "sh", "-c", SCRIPT, "sh", writable, access, ...asUser, command, ...args],
    ],
    asAnother: (command, args) => [
      "setpriv",
      [`--reuid=${USER + 1}`, `--regid=${USER + 1}`, "--clear-groups", command, ...args],
    ],
    requireNoRights(pid) {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const rows = status.matchAll(/^(Uid|CapEff|CapBnd|NoNewPrivs):\s+(\w+)/gm);
      const rights = Object.fromEntries([...rows].map(([, name, value]) => [name, value]));
      assert.deepEqual(rights, { Uid: String(USER), CapEff: "0".repeat(16), CapBnd: "0".repeat(16), NoNewPrivs: "1" });
    },
  };
}

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}
