import { setTimeout as pause } from "node:timers/promises";
import { GatewayChild } from "./gateway-child.ts";
import { openPages } from "./pages.ts";
import { type LivePrograms } from "./programs.ts";

/** What streams cost one process on which nothing happens but heartbeats. */
export interface IdleCost {
  readonly streams: number;
  readonly seconds: number;
  /** Of the process, with all garbage collected: without streams, and with them. */
  readonly rssBytes: { readonly without: number; readonly with: number };
  /** In all those seconds. */
  readonly cpuMs: number;
}

/** What a first stream makes a process load and keep is no part of the others. */
const WARM_UP_STREAMS = 20;
const SETTLE_MS = 2000;

export async function measureIdle(programs: LivePrograms, streams: number, seconds: number): Promise<IdleCost> {
  const gateway = await GatewayChild.start(programs, 2);
  try {
    (await openPages(programs, gateway.url, WARM_UP_STREAMS)).close();
    await pause(SETTLE_MS);
    const before = await gateway.usage();
    const pages = await openPages(programs, gateway.url, streams);
    await pause(SETTLE_MS);
    const begin = await gateway.usage();
    await pause(seconds * 1000);
    const end = await gateway.usage();
    pages.close();
    const rssBytes = { without: before.rssBytes, with: end.rssBytes };
    return { streams, seconds, rssBytes, cpuMs: end.cpuMs - begin.cpuMs };
  } finally {
    await gateway.close();
  }
}
