import { setTimeout as sleep } from "node:timers/promises";

const POLL_INTERVAL = 20;
// After SIGKILL, only zombies can be left: in a container whose first process does not reap them.
const KILL_TIMEOUT = 500;

/** Sends a signal to a process, or a group if the id is negative. Returns false if there is none, or it is not ours. */
export function signalProcess(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}

/** Ends the other processes of a group after its first one has ended: SIGTERM, and SIGKILL after `timeout` ms. */
export async function endLeftovers(group: number, timeout: number): Promise<void> {
  for (const [signal, wait] of [
    ["SIGTERM", timeout],
    ["SIGKILL", KILL_TIMEOUT],
  ] as const) {
    if (!signalProcess(group, signal)) return;
    const deadline = Date.now() + wait;
    while (signalProcess(group, 0) && Date.now() < deadline) await sleep(POLL_INTERVAL);
  }
}
