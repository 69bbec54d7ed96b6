import { setTimeout as sleep } from "node:timers/promises";
import { describeExit, quoteLastLines, type Child, type ChildExit } from "./child.ts";
import { ProgramError } from "./program-error.ts";

const POLL_INTERVAL = 50;
const PROBE_TIMEOUT = 2_000;
const DEFAULT_TIMEOUT = 30_000;

/**
 * Waits until `url` answers with a success status.
 *
 * @param timeout in ms. Default: 30000
 * @throws ProgramError with the child's last lines if it ends first, or does not answer in time
 */
export async function waitUntilHealthy(child: Child, url: string, timeout: number = DEFAULT_TIMEOUT): Promise<void> {
  const deadline = Date.now() + timeout;
  let exit: ChildExit | undefined;
  void noteExit();
  async function noteExit(): Promise<void> {
    exit = await child.exited;
  }
  for (;;) {
    const healthy = await answers(url);
    // Checked after the request: another program on that port may have answered it after the child ended.
    if (exit !== undefined) throw new ProgramError(describeExit(child, exit));
    if (healthy) return;
    if (Date.now() > deadline) {
      throw new ProgramError(
        `The ${child.name} did not answer at ${url} within ${timeout / 1_000} s.${quoteLastLines(child)}`,
      );
    }
    await Promise.race([sleep(POLL_INTERVAL), child.exited]);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
