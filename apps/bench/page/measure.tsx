import { type ReactNode } from "react";
import { createRoot } from "react-dom/client";

import { type Outcome, type Sample, type Task } from "../shared/task.ts";
import { askAll, type Decisions, rawAsk } from "./ask.ts";
import { type BenchCheck, checksOf, keyOf } from "./check.ts";
import { type Contender, type CreateContender } from "./contender.tsx";
import { contenders } from "./contenders.ts";
import { meter } from "./meter.ts";
import { RecordedPdp } from "./recorded.ts";

/** Runs a task to its end. Rejects where a contender shows anything but the PDP's answers. */
export async function measure(task: Task): Promise<Outcome> {
  const { create } = await contenders[task.contender]();
  const { pdpUrl, principal, tokens } = task;
  const checks = checksOf(task.workload);
  const truth = await askAll(rawAsk(pdpUrl), { principal, auxData: { jwt: { token: tokens[0] } } }, checks);
  const samples: Sample[] = [];
  for (let run = 0; run < task.warmups + task.samples; run++) {
    // Each run has a contender of its own, with nothing cached.
    const sample = await runOnce(task, create, checks, truth);
    if (run >= task.warmups) samples.push(sample);
  }
  const scripts = performance.getEntriesByType("resource").flatMap(({ name }) => {
    const { pathname } = new URL(name);
    return pathname.endsWith(".js") ? [pathname] : [];
  });
  return { samples, scripts };
}

async function runOnce(
  { workload, pdpUrl, principal, tokens: [token, newerToken] }: Task,
  create: CreateContender,
  checks: readonly BenchCheck[],
  truth: Decisions,
): Promise<Sample> {
  const recorded = workload.answers === "recorded" ? new RecordedPdp(truth) : null;
  const contender = create({ pdpUrl, recorded, principal, token });
  const list = document.body.appendChild(document.createElement("ul"));
  const root = createRoot(list);
  const show = (children: ReactNode): void => root.render(<contender.Provider>{children}</contender.Provider>);
  const showChecks = (): void => show(<contender.Checks checks={checks} />);
  const isShown = (): boolean =>
    list.childElementCount === checks.length && list.getElementsByClassName("pending")[0] === undefined;

  show(null);
  await contender.ready;
  await idle();
  if (workload.event !== "mount") {
    await timed(showChecks, isShown);
    verify(list, checks, truth);
  }
  if (workload.event === "remount") {
    show(null);
    await idle();
  }
  const sample = await timed(...eventOf());
  verify(list, checks, recorded?.decisions ?? truth);
  root.unmount();
  list.remove();
  return sample;

  function eventOf(): [begin: () => void, isOver: (() => boolean) | null] {
    switch (workload.event) {
      case "mount":
      case "remount":
        return [showChecks, isShown];
      case "change":
        return changeOf(contender, checks, list, recorded);
      case "refresh":
        return [() => contender.renew(newerToken), null];
    }
  }
}

/** One decision, in the middle of the page. */
function changeOf(
  { askAgain }: Contender,
  checks: readonly BenchCheck[],
  list: HTMLElement,
  recorded: RecordedPdp | null,
): [begin: () => void, isOver: () => boolean] {
  const at = Math.floor(checks.length / 2);
  const check = checks[at];
  const element = list.children[at];
  if (!recorded || !askAgain || !check || !element) throw new Error("There is nothing here that can change.");
  const before = element.className;
  return [
    () => {
      recorded.flip(keyOf(check));
      askAgain(check);
    },
    () => element.className !== before,
  ];
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

/** When nothing has been counted for a while. */
async function quiet(): Promise<void> {
  let before: string;
  do {
    before = JSON.stringify(meter.counts());
    await new Promise((resolve) => setTimeout(resolve, 30));
    await idle();
  } while (JSON.stringify(meter.counts()) !== before);
}

/** When nothing else waits for its turn. `requestIdleCallback` would also wait for a frame, 4 times for each sample. */
async function idle(): Promise<void> {
  await scheduler.postTask(() => {}, { priority: "background" });
}

/** Each contender must show what the PDP has answered to a plain request. */
function verify(list: HTMLElement, checks: readonly BenchCheck[], truth: Decisions): void {
  if (list.childElementCount !== checks.length) throw new Error("Not every check is shown.");
  checks.forEach((check, at) => {
    const shown = list.children[at]?.className;
    const right = truth.get(keyOf(check)) === true ? "allowed" : "denied";
    if (shown !== right) throw new Error(`${keyOf(check)} is shown as ${shown}, and the PDP says ${right}.`);
  });
}
