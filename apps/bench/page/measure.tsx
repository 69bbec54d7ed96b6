import { type Outcome, type Sample, type Task, type User } from "../shared/task.ts";
import { askAll, type Decisions, rawAsk } from "./ask.ts";
import { type BenchCheck, checksOf, keyOf } from "./check.ts";
import { type CreateContender, ownerOf } from "./contender.tsx";
import { contenders } from "./contenders.ts";
import { meter } from "./meter.ts";
import { RecordedPdp } from "./recorded.ts";
import { openStage } from "./stage.tsx";
import { idle, quiet } from "./turns.ts";

/** Cerbos' own limit. */
const MAX_RESOURCES = 50;

/** A page without a request, a render or a commit for as long has come to its end, in ms. */
const STANDSTILL_MS = 8000;

/** What the PDP says, by the owner's name. */
type Truths = ReadonlyMap<string, Decisions>;

/** Runs a task to its end. Rejects where a contender shows anything but the PDP's answers. */
export async function measure(task: Task): Promise<Outcome> {
  const { create } = await contenders[task.contender]();
  const { user, elsewhere, workload } = task;
  const checks = checksOf(workload);
  const isSwitch = workload.event === "switch" || workload.event === "switch-back";
  const truths = await truthsOf(task, isSwitch ? [user, elsewhere] : [user], checks);
  const samples: Sample[] = [];
  let responseBytes = 0;
  for (let run = 0; run < task.warmups + task.samples; run++) {
    // Each run has a contender of its own, with nothing cached.
    const { sample, bytes } = await runOnce(task, create, checks, truths, run < task.warmups);
    if (run >= task.warmups) samples.push(sample);
    else responseBytes = bytes;
  }
  const scripts = performance.getEntriesByType("resource").flatMap(({ name }) => {
    const { pathname } = new URL(name);
    return pathname.endsWith(".js") ? [pathname] : [];
  });
  return { samples, responseBytes, scripts };
}

/** Plain requests to the PDP itself, whatever the workload is answered by. */
export async function truthsOf(
  { pdpUrls }: Task,
  users: readonly User[],
  checks: readonly BenchCheck[],
): Promise<Truths> {
  const truths = new Map<string, Decisions>();
  for (const one of users) {
    truths.set(ownerOf(one.principal), await askAll(rawAsk(pdpUrls.direct), one, checks, MAX_RESOURCES));
  }
  return truths;
}

async function runOnce(
  { workload, pdpUrls, user, renewed, elsewhere }: Task,
  create: CreateContender,
  checks: readonly BenchCheck[],
  truths: Truths,
  isWarmup: boolean,
): Promise<{ readonly sample: Sample; readonly bytes: number }> {
  const { answers, chunk, event } = workload;
  const recorded = answers === "recorded" ? new RecordedPdp(truths) : null;
  const contender = create({ pdpUrl: pdpUrls[answers === "recorded" ? "direct" : answers], recorded, chunk, user });
  const stage = openStage(contender);
  const owner = ownerOf(user.principal);
  const truthOf = (who: string): Decisions => {
    const truth = recorded?.decisions(who) ?? truths.get(who);
    if (!truth) throw new Error("The PDP was not asked for this user.");
    return truth;
  };
  /** Until the page shows what the PDP says to this user. */
  const shown = async (begin: () => void, who = owner): Promise<Sample> => {
    const verify = (): void => stage.verify(checks, truthOf(who));
    const watch = watchForStandstill(verify);
    const sample = await Promise.race([timed(begin, stage.isRight(checks, truthOf(who))), watch.failed]);
    watch.end();
    verify();
    return sample;
  };
  const { askAgain, signIn } = contender;
  const change = (changed: readonly BenchCheck[]): Promise<Sample> => {
    if (!recorded || !askAgain) throw new Error("There is nothing here that can change.");
    for (const check of changed) recorded.flip(owner, keyOf(check));
    return shown(() => askAgain(changed));
  };
  const switchTo = (other: User): Promise<Sample> => {
    if (!signIn) throw new Error("This contender asks for nobody.");
    return shown(() => signIn(other), ownerOf(other.principal));
  };

  stage.show(null);
  await contender.ready;
  await idle();
  if (event !== "mount") await shown(() => stage.show(checks));
  if (event === "remount") {
    stage.show(null);
    await idle();
  }
  if (event === "switch-back") await switchTo(elsewhere);
  const answerBytes = isWarmup ? meter.weighAnswers() : null;
  const sample = await eventOf();
  const bytes = (await answerBytes?.()) ?? 0;
  stage.close();
  return { sample, bytes };

  async function eventOf(): Promise<Sample> {
    switch (event) {
      case "mount":
      case "remount":
        return shown(() => stage.show(checks));
      case "rerender": {
        const equal = structuredClone(checks);
        return shown(() => stage.show(equal));
      }
      case "change": {
        const middle = checks[Math.floor(checks.length / 2)];
        return change(middle ? [middle] : []);
      }
      case "change-all":
        return change(checks);
      case "refresh": {
        const refreshed = await timed(() => signIn?.(renewed), null);
        stage.verify(checks, truthOf(owner));
        return refreshed;
      }
      case "switch":
        return switchTo(elsewhere);
      case "switch-back":
        return switchTo(user);
    }
  }
}

/** A page that shows something else than the PDP's answers, and goes on doing so, would be waited for without end. */
function watchForStandstill(verify: () => void): { readonly failed: Promise<never>; readonly end: () => void } {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  let before = "";
  const timer = setInterval(() => {
    const now = JSON.stringify(meter.counts());
    try {
      if (now === before) verify();
    } catch (error) {
      reject(error);
    }
    before = now;
  }, STANDSTILL_MS);
  return { failed, end: () => clearInterval(timer) };
}

/** Without an end, what follows is only counted. */
async function timed(begin: () => void, isOver: (() => boolean) | null): Promise<Sample> {
  await idle();
  // Each begins right after a frame: whether the next one comes between its commits is then no matter of chance.
  await new Promise((resolve) => requestAnimationFrame(resolve));
  await idle();
  meter.reset();
  const over = isOver && meter.over(isOver);
  const start = performance.now();
  begin();
  const ms = over ? (await over) - start : 0;
  await idle();
  const restMs = performance.now() - start;
  // What still comes is counted too, such as a render that shows nothing new.
  await quiet();
  return { ms, restMs, ...meter.counts() };
}
