import { type Browser, type Page } from "@playwright/test";
import { CONTENDERS, type ContenderName, type Outcome, type Task, type Workload } from "../shared/task.ts";
import { memoryOf } from "./memory.ts";
import { randomOf, shuffled } from "./random.ts";
import { type BenchStack } from "./stack.ts";
import { isLong } from "./workloads.ts";

/** How long a benchmark goes on. */
export interface Extent {
  readonly rounds: number;
  readonly warmups: number;
  readonly samples: number;
  /**
   * Nothing begins after that, but what the goals need of the first round; after a quarter more, nothing at all. In ms.
   */
  readonly withinMs: number;
  readonly seed: number;
  /** Whether memory is measured too. */
  readonly weighs: boolean;
}

/** What one page has measured, in which round. */
export interface Measured extends Outcome {
  readonly round: number;
  readonly workload: string;
  readonly contender: ContenderName;
}

/** How long the scripts of a contender took, in which round. */
export interface Loaded {
  readonly round: number;
  readonly contender: ContenderName;
  readonly ms: number;
}

/** What a page of checks takes of the memory, in which round. */
export interface Weighed {
  readonly round: number;
  readonly contender: ContenderName;
  readonly checks: number;
  readonly bytes: number;
}

/** All that the rounds have measured. */
export interface Measurements {
  readonly measured: readonly Measured[];
  readonly loaded: readonly Loaded[];
  readonly weighed: readonly Weighed[];
}

/** A page that takes longer has hung, in ms. */
const PAGE_TIMEOUT_MS = 90_000;
/** Whose memory is measured, with how many checks on resources of their own. */
const WEIGHED = [10, 100, 1000, 10_000].flatMap((checks) =>
  (["limit", "ours-fetch"] as const).map((contender) => ({ checks, contender })),
);
/** In so many rounds. */
const WEIGHED_ROUNDS = 2;
/** What takes seconds takes part in so many rounds. */
const LONG_ROUNDS = 2;

/** Each round has each contender in each workload once, on a page of its own, workload by workload in another order. */
export async function runRounds(
  browser: Browser,
  { url, surroundings }: BenchStack,
  workloads: readonly Workload[],
  { rounds, warmups, samples, withinMs, seed, weighs }: Extent,
  onProgress: (text: string) => void,
): Promise<Measurements> {
  const random = randomOf(seed);
  const end = performance.now() + withinMs;
  const measured: Measured[] = [];
  const loaded: Loaded[] = [];
  const weighed: Weighed[] = [];

  for (let round = 1; round <= rounds; round++) {
    const progress = (text: string): void => onProgress(`round ${round} of at most ${rounds}: ${text}`);

    const measureAll = async (workload: Workload): Promise<void> => {
      for (const contender of shuffled(workload.contenders, random)) {
        const long = isLong(contender, workload);
        if (long && round > LONG_ROUNDS) continue;
        progress(`${workload.name}, ${contender}`);
        const isHuge = workload.resources > 1000;
        const effort = long || isHuge ? { warmups: 1, samples: 1 } : { warmups, samples };
        const task: Task = { ...surroundings, workload, contender, ...effort };
        const outcome = await onPage(
          browser,
          url,
          `${workload.name}, ${contender}`,
          (page) => measureOn(page, task),
          (page) => slowDown(page, workload.slowdown ?? 1),
        );
        measured.push({ round, workload: workload.name, contender, ...outcome });
      }
    };
    const loadAll = async (): Promise<void> => {
      for (const contender of shuffled(CONTENDERS, random)) {
        progress(`page load, ${contender}`);
        const scripts = measured.find((one) => one.contender === contender)?.scripts ?? [];
        const ms = await onPage(browser, url, `page load, ${contender}`, (page) => loadOn(page, contender, scripts));
        loaded.push({ round, contender, ms });
      }
    };
    const weighAll = async (): Promise<void> => {
      for (const { checks, contender } of shuffled(WEIGHED, random)) {
        progress(`memory of ${checks} checks, ${contender}`);
        const contenders = [contender];
        const workload = {
          name: "memory",
          resources: checks,
          actions: 1,
          chunk: 50,
          answers: "recorded",
          event: "mount",
          contenders,
        } as const;
        const task: Task = { ...surroundings, workload, contender, warmups: 0, samples: 0 };
        const bytes = await onPage(browser, url, `memory, ${contender}`, (page) => memoryOf(page, task));
        weighed.push({ round, contender, checks, bytes });
      }
    };

    const measuredNow = shuffled(
      workloads.filter((workload) => round <= (workload.rounds ?? rounds)),
      random,
    );
    // A slow machine gets no further than what comes first.
    const [main, aside] = [true, false].map((isMain) =>
      measuredNow.filter((one) => (one.rounds === undefined) === isMain),
    );
    const steps = [
      ...(main ?? []).map((workload) => ({ isNeeded: true, run: () => measureAll(workload) })),
      // It needs to know which scripts a contender has.
      { isNeeded: true, run: loadAll },
      ...(aside ?? []).map((workload) => ({ isNeeded: false, run: () => measureAll(workload) })),
      ...(weighs && round <= WEIGHED_ROUNDS ? [{ isNeeded: false, run: weighAll }] : []),
    ];
    for (const { isNeeded, run } of steps) {
      const over = performance.now() - end;
      if (over > withinMs / 4) return { measured, loaded, weighed };
      if (over > 0 && (round > 1 || !isNeeded)) continue;
      await run();
    }
    if (performance.now() > end) break;
  }
  return { measured, loaded, weighed };
}

/** Does something on a page of its own, with nothing cached. */
export async function onPage<Result>(
  browser: Browser,
  url: string,
  what: string,
  work: (page: Page) => Promise<Result>,
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<Result> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PAGE_TIMEOUT_MS);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("the page has hung")), PAGE_TIMEOUT_MS);
  page.on("pageerror", reject);
  try {
    const worked = (async () => {
      await prepare(page);
      await page.goto(url);
      await page.waitForFunction(() => window.bench !== undefined);
      return work(page);
    })();
    return await Promise.race([worked, failed]);
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : "it failed"}`, { cause: error });
  } finally {
    clearTimeout(timer);
    await page.close();
  }
}

/** Makes the processor of a page so many times slower. */
async function slowDown(page: Page, rate: number): Promise<void> {
  if (rate === 1) return;
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate });
}

/** Measures a task on a page of the benchmark. */
export function measureOn(page: Page, task: Task): Promise<Outcome> {
  return page.evaluate((given) => {
    if (!window.bench) throw new Error("The page has no benchmark.");
    return window.bench.measure(JSON.parse(given));
    // As text: the types of JSON have no end, and Playwright's would follow them.
  }, JSON.stringify(task));
}

function loadOn(page: Page, contender: ContenderName, scripts: readonly string[]): Promise<number> {
  return page.evaluate(
    ([name, paths]) => {
      if (!window.bench) throw new Error("The page has no benchmark.");
      return window.bench.load(name, paths);
    },
    [contender, [...scripts]] as const,
  );
}
