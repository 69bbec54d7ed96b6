import { type Browser } from "@playwright/test";

import { type ContenderName, type Outcome, type Task, type Workload } from "../shared/task.ts";
import { randomOf, shuffled } from "./random.ts";
import { type BenchStack } from "./stack.ts";

/** How long a benchmark goes on. */
export interface Extent {
  readonly rounds: number;
  readonly warmups: number;
  readonly samples: number;
  /** No round begins, but the first, where it would not be over by then, in ms. */
  readonly withinMs: number;
  readonly seed: number;
}

/** What one page has measured, in which round. */
export interface Measured extends Outcome {
  readonly round: number;
  readonly workload: string;
  readonly contender: ContenderName;
}

/** A page that takes longer has hung, in ms. */
const PAGE_TIMEOUT_MS = 60_000;

/** Each round has each contender in each workload once, on a page of its own, workload by workload in another order. */
export async function runRounds(
  browser: Browser,
  { url, world }: BenchStack,
  workloads: readonly Workload[],
  { rounds, warmups, samples, withinMs, seed }: Extent,
  onProgress: (text: string) => void,
): Promise<readonly Measured[]> {
  const random = randomOf(seed);
  const start = performance.now();
  const all: Measured[] = [];
  for (let round = 1; round <= rounds; round++) {
    const elapsed = performance.now() - start;
    if (round > 1 && elapsed + elapsed / (round - 1) > withinMs) break;
    for (const workload of shuffled(workloads, random)) {
      for (const contender of shuffled(workload.contenders, random)) {
        onProgress(`round ${round} of ${rounds}: ${workload.name}, ${contender}`);
        const outcome = await runPage(browser, url, { ...world, workload, contender, warmups, samples });
        all.push({ round, workload: workload.name, contender, ...outcome });
      }
    }
  }
  return all;
}

async function runPage(browser: Browser, url: string, task: Task): Promise<Outcome> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PAGE_TIMEOUT_MS);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("the page has hung")), PAGE_TIMEOUT_MS);
  page.on("pageerror", reject);
  try {
    await page.goto(url);
    await page.waitForFunction(() => window.bench !== undefined);
    const measured = page.evaluate((given) => {
      if (!window.bench) throw new Error("The page has no benchmark.");
      return window.bench.measure(JSON.parse(given));
      // As text: the types of JSON have no end, and Playwright's would follow them.
    }, JSON.stringify(task));
    return await Promise.race([measured, failed]);
  } catch (error) {
    throw new Error(`${task.workload.name}, ${task.contender}: ${error instanceof Error ? error.message : "it failed"}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    await page.close();
  }
}
