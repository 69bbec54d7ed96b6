import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";

/** A process of this machine, as far as the tests look at it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes below this one, with their own. */
export function descendants(pid: number): ProcessInfo[] {
  const all = processes();
  const found = new Set<ProcessInfo>();
  const collect = (parent: number): void => {
    for (const each of all) {
      if (each.parent !== parent || found.has(each)) continue;
      found.add(each);
      collect(each.pid);
    }
  };
  collect(pid);
  return [...found];
}

/** Those of them that still run. */
export function running(some: readonly ProcessInfo[]): ProcessInfo[] {
  const now = new Set(processes().map(({ pid }) => pid));
  return some.filter(({ pid }) => now.has(pid));
}

/** Every running process. A slim Linux has no `ps`, and macOS no `/proc`. */
function processes(): ProcessInfo[] {
  return existsSync("/proc/self/stat") ? fromProc() : fromPs();
}

function fromProc(): ProcessInfo[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // pid (name) state parent …; the name may hold spaces and brackets.
        const fields = readFileSync(`/proc/${name}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        // A zombie has ended: only nobody has asked how.
        return fields[0] === "Z" ? [] : [{ pid: Number(name), parent: Number(fields[1]), command }];
      } catch {
        return [];
      }
    });
}

function fromPs(): ProcessInfo[] {
  const table = execFileSync("ps", ["-axo", "pid=,ppid=,stat=,command="], { encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (match === null || match[3]?.startsWith("Z")) return [];
    return [{ pid: Number(match[1]), parent: Number(match[2]), command: match[4] ?? "" }];
  });
}
