import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";

/** A process of this machine. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** When it was started, in a unit of the system. It tells processes apart whose id was reused. */
  readonly started: number;
}

/** Returns all descendants of this process, in the order in which they were started. */
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
  // Process ids begin again at the lowest when the highest was given.
  return [...found].toSorted((one, other) => one.started - other.started);
}

/** Returns the processes that still run. */
export function running(some: readonly ProcessInfo[]): ProcessInfo[] {
  const now = new Map(processes().map(({ pid, started }) => [pid, started]));
  return some.filter(({ pid, started }) => now.get(pid) === started);
}

/** Returns every running process. A slim Linux has no `ps`, and macOS has no `/proc`. */
function processes(): ProcessInfo[] {
  return existsSync("/proc/self/stat") ? fromProc() : fromPs();
}

function fromProc(): ProcessInfo[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // pid (name) state parent … and, as the 22nd, the start; the name may hold spaces and brackets.
        const fields = readFileSync(`/proc/${name}/stat`, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ");
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        // A zombie has ended, but its parent has not reaped it.
        return fields[0] === "Z"
          ? []
          : [{ pid: Number(name), parent: Number(fields[1]), started: Number(fields[19]), command }];
      } catch {
        return [];
      }
    });
}

function fromPs(): ProcessInfo[] {
  const table = execFileSync("ps", ["-axo", "pid=,ppid=,stat=,lstart=,command="], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  return table.split("\n").flatMap((line) => {
    // The start is five words: Tue Nov 24 20:04:05 2026.
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+((?:\S+\s+){5})(.*)$/.exec(line);
    if (match === null || match[3]?.startsWith("Z")) return [];
    const [, pid, parent, , start = "", command = ""] = match;
    return [{ pid: Number(pid), parent: Number(parent), started: Date.parse(start), command }];
  });
}
