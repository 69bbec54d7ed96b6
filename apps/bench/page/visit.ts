import { type BenchPage, type Task, type User, type Visit } from "../shared/task.ts";
import { type Decisions } from "./ask.ts";
import { type BenchCheck, checksOf } from "./check.ts";
import { type Contender, ownerOf } from "./contender.tsx";
import { contenders } from "./contenders.ts";
import { truthsOf } from "./measure.tsx";
import { RecordedPdp } from "./recorded.ts";
import { openStage, type Stage } from "./stage.tsx";
import { idle } from "./turns.ts";

interface Going {
  readonly task: Task;
  readonly contender: Contender;
  readonly stage: Stage;
  readonly pages: readonly (readonly BenchCheck[])[];
  readonly recorded: RecordedPdp;
}

let going: Going | null = null;
let user: User;
let open: readonly BenchCheck[] | null = null;

/** See {@link BenchPage.begin}. */
export const begin: BenchPage["begin"] = async (task, count) => {
  going?.stage.close();
  open = null;
  const pages = Array.from({ length: count }, (_, page) => checksOf(task.workload, page));
  // A page has one task: what was recorded for the contender before is good for this one.
  const recorded = going?.recorded ?? new RecordedPdp(await truthsOf(task, [task.user, task.elsewhere], pages.flat()));
  const { create } = await contenders[task.contender]();
  user = task.user;
  const contender = create({ pdpUrl: task.pdpUrls.direct, recorded, chunk: task.workload.chunk, user });
  const stage = openStage(contender);
  stage.show(null);
  await contender.ready;
  going = { task, contender, stage, pages, recorded };
};

/** See {@link Visit}. */
export const visit: Visit = {
  async open(page) {
    const { stage, pages } = now();
    open = pages[page] ?? null;
    stage.show(open);
    await right();
  },
  async leave() {
    open = null;
    now().stage.show(null);
    await idle();
  },
  async refresh() {
    const { user: first, renewed, elsewhere } = now().task;
    if (user.token === elsewhere.token) throw new Error("There is one token of the other organization.");
    await become(user.token === first.token ? renewed : first);
  },
  async switchOrganization() {
    const { user: first, elsewhere } = now().task;
    await become(user.token === elsewhere.token ? first : elsewhere);
  },
  async askAgain() {
    const [first] = open ?? [];
    if (first) now().contender.askAgain?.([first]);
    await right();
  },
  cached: () => now().contender.cached?.() ?? 0,
};

function now(): Going {
  if (!going) throw new Error("The visit has not begun.");
  return going;
}

async function become(other: User): Promise<void> {
  user = other;
  now().contender.signIn?.(other);
  await right();
}

/** Each look is a task later. It gives up after 1000 of them. */
async function right(): Promise<void> {
  const { stage, recorded } = now();
  if (!open) return idle();
  const truth: Decisions = recorded.decisions(ownerOf(user.principal));
  const isRight = stage.isRight(open, truth);
  for (let looks = 0; looks < 1000 && !isRight(); looks++) await idle();
  stage.verify(open, truth);
}
