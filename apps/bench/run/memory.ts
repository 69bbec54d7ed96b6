import { type CDPSession, type Page } from "@playwright/test";
import { type Task } from "../shared/task.ts";

/** What a page holds, once all that can be collected is. */
export interface Held {
  /** Of JavaScript and of the document, in bytes. */
  readonly bytes: number;
  /** Also those that are in no document any more. */
  readonly nodes: number;
  readonly listeners: number;
}

/** What a page of checks takes of the memory, in bytes. */
export async function memoryOf(page: Page, task: Task): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  const begin = (): Promise<void> => beginOn(page, task, 1);
  // Once before, with a contender that is then given up: code that has run is kept too, and is no part of a check.
  await begin();
  await page.evaluate(() => window.bench?.visit.open(0));
  await begin();
  const before = await heldOn(devtools);
  await page.evaluate(() => window.bench?.visit.open(0));
  const after = await heldOn(devtools);
  return after.bytes - before.bytes;
}

/** Begins a visit to so many pages. */
export async function beginOn(page: Page, task: Task, pages: number): Promise<void> {
  await page.evaluate(
    ([given, count]) => {
      if (!window.bench) throw new Error("The page has no benchmark.");
      return window.bench.begin(JSON.parse(given), count);
    },
    // As text: the types of JSON have no end, and Playwright's would follow them.
    [JSON.stringify(task), pages] as const,
  );
}

/** Collects all garbage, and says what is left. */
export async function heldOn(devtools: CDPSession): Promise<Held> {
  // What finalizers let go of is found by another one.
  for (let times = 0; times < 3; times++) await devtools.send("HeapProfiler.collectGarbage");
  const heap = await devtools.send("Runtime.getHeapUsage");
  const { nodes, jsEventListeners } = await devtools.send("Memory.getDOMCounters");
  const embedder =
    "embedderHeapUsedSize" in heap && typeof heap.embedderHeapUsedSize === "number" ? heap.embedderHeapUsedSize : 0;
  return { bytes: heap.usedSize + embedder, nodes, listeners: jsEventListeners };
}
