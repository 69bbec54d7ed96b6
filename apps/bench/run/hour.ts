import { type Browser, type Page } from "@playwright/test";
import { type ContenderName, type Task } from "../shared/task.ts";
import { beginOn, type Held, heldOn } from "./memory.ts";
import { randomOf } from "./random.ts";
import { onPage } from "./rounds.ts";
import { type BenchStack } from "./stack.ts";

/** What an hour of use leaves behind. */
export interface Hour {
  readonly contender: ContenderName;
  readonly minutes: number;
  /** Pages of 100 checks that were opened, in the hour. */
  readonly opened: number;
  readonly refreshes: number;
  readonly switches: number;
  /** After the first minutes and a rest, on a page without checks. */
  readonly before: Held;
  /** After the hour and a rest, on the same page. */
  readonly after: Held;
  /** Decisions in the cache: the most there were, and what was left of them. */
  readonly cached: { readonly most: number; readonly left: number };
}

const PAGES = 20;
const WARM_UP_MINUTES = 5;
/** Longer than a decision is kept that nothing shows. */
const REST_MS = 11 * 60_000;
const HALF_A_MINUTE_MS = 30_000;

/**
 * Somebody goes to and fro between pages for an hour, by a clock that the page believes: another page each half a
 * minute, a
 * check asked again each minute, a token each 5 minutes, another organization and back each 10, and a look at another
 * window
 * now and then. What nothing uses any more must be gone after it.
 */
export async function replayHour(
  browser: Browser,
  { url, surroundings }: BenchStack,
  contender: ContenderName,
  { minutes, seed }: { readonly minutes: number; readonly seed: number },
): Promise<Hour> {
  const workload = {
    name: "an hour of use",
    resources: 100,
    actions: 1,
    chunk: 50,
    answers: "recorded",
    event: "mount",
    contenders: [contender],
  } as const;
  const task: Task = { ...surroundings, workload, contender, warmups: 0, samples: 0 };
  const replay = async (page: Page): Promise<Hour> => {
    const devtools = await page.context().newCDPSession(page);
    const random = randomOf(seed);
    const done = { opened: 0, refreshes: 0, switches: 0 };
    let most = 0;
    const cached = (): Promise<number> => page.evaluate(() => window.bench?.visit.cached() ?? 0);

    const goOn = async (forMinutes: number): Promise<void> => {
      for (let half = 1; half <= forMinutes * 2; half++) {
        await page.evaluate((number) => window.bench?.visit.open(number), Math.floor(random() * PAGES));
        done.opened += 1;
        if (half % 2 === 0) await page.evaluate(() => window.bench?.visit.askAgain());
        if (half % 6 === 0) await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
        if (half % 10 === 0) {
          await page.evaluate(() => window.bench?.visit.refresh());
          done.refreshes += 1;
        }
        if (half % 20 === 5) {
          // There and back.
          for (let times = 0; times < 2; times++) await page.evaluate(() => window.bench?.visit.switchOrganization());
          done.switches += 2;
        }
        most = Math.max(most, await cached());
        await page.clock.runFor(HALF_A_MINUTE_MS);
      }
    };
    const rest = async (): Promise<Held> => {
      await page.evaluate(() => window.bench?.visit.leave());
      await page.clock.runFor(REST_MS);
      return heldOn(devtools);
    };

    await beginOn(page, task, PAGES);
    await goOn(WARM_UP_MINUTES);
    const before = await rest();
    done.opened = done.refreshes = done.switches = 0;
    await goOn(minutes);
    const after = await rest();
    return { contender, minutes, ...done, before, after, cached: { most, left: await cached() } };
  };
  return onPage(browser, url, `an hour of use, ${contender}`, replay, (page) => page.clock.install());
}
