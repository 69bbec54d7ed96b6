import { CONTENDERS, type ContenderName, type Workload } from "../shared/task.ts";

type Described = Omit<Workload, "contenders">;

type Kind = Described & {
  /** Part of a quick run. */
  readonly quick?: true;
  /** Default: all that can. */
  readonly only?: readonly ContenderName[];
};

const ASKED = { actions: 1, chunk: 50, answers: "direct", event: "mount" } as const;
const DISTANT = { ...ASKED, answers: "distant" } as const;
const RECORDED = { ...ASKED, answers: "recorded" } as const;
/** Asked for beside the goals: a few rounds must do. */
const ASIDE = { rounds: 3 } as const;
const THROUGH = { ...ASKED, answers: "gateway", only: ["limit", "ours-fetch"] } as const;
const CHUNKED = { ...ASIDE, resources: 1000, only: ["limit", "ours-fetch"] } as const;

/** Names are what tables call them, and how goals and tables find them. */
const KINDS: readonly Kind[] = [
  { ...ASKED, name: "10 components", resources: 10 },
  { ...ASKED, name: "100 components", resources: 100, quick: true },
  { ...ASKED, name: "1000 components", resources: 1000, quick: true },
  { ...ASKED, name: "100 rows × 5 actions", resources: 100, actions: 5, quick: true },
  { ...DISTANT, name: "10 components, + 30 ms", resources: 10 },
  { ...DISTANT, name: "100 components, + 30 ms", resources: 100, quick: true },
  { ...DISTANT, name: "1000 components, + 30 ms", resources: 1000 },
  { ...DISTANT, ...ASIDE, name: "100 rows × 5 actions, + 30 ms", resources: 100, actions: 5 },
  // Until the page rests, it does not answer its user.
  { ...DISTANT, ...ASIDE, name: "100 components on a phone, + 30 ms", resources: 100, slowdown: 6 },
  { ...THROUGH, name: "100 components, through the gateway", resources: 100, quick: true },
  { ...THROUGH, ...ASIDE, name: "1000 components, through the gateway", resources: 1000 },
  // With 100 and 1000: how the cost of a check grows.
  { ...RECORDED, ...ASIDE, name: "recorded answers, 10", resources: 10, only: ["limit", "ours-fetch"] },
  { ...RECORDED, name: "recorded answers, 100", resources: 100 },
  { ...RECORDED, name: "recorded answers, 1000", resources: 1000, quick: true },
  { ...RECORDED, ...ASIDE, name: "recorded answers, 10 000", resources: 10_000, only: ["limit", "ours-fetch"] },
  { ...RECORDED, name: "warm mount of 1000", resources: 1000, event: "remount", quick: true },
  { ...RECORDED, name: "warm re-render of 1000", resources: 1000, event: "rerender", quick: true },
  { ...RECORDED, name: "1 of 1000 changed", resources: 1000, event: "change", quick: true },
  { ...RECORDED, ...ASIDE, name: "all of 1000 changed", resources: 1000, event: "change-all" },
  { ...RECORDED, name: "token refresh, 100", resources: 100, event: "refresh", quick: true },
  { ...ASKED, ...ASIDE, name: "switch of the organization, 100", resources: 100, event: "switch" },
  { ...ASKED, name: "switch back, 100", resources: 100, event: "switch-back", quick: true },
  { ...ASKED, ...CHUNKED, name: "1000 components, chunks of 10", chunk: 10 },
  { ...ASKED, ...CHUNKED, name: "1000 components, chunks of 200", chunk: 200 },
  { ...ASKED, ...CHUNKED, name: "1000 components, chunks of 500", chunk: 500 },
  { ...DISTANT, ...CHUNKED, name: "1000 components, chunks of 10, + 30 ms", chunk: 10 },
  { ...DISTANT, ...CHUNKED, name: "1000 components, chunks of 200, + 30 ms", chunk: 200 },
  { ...DISTANT, ...CHUNKED, name: "1000 components, chunks of 500, + 30 ms", chunk: 500 },
];

/** All workloads; in a quick run, fewer, with fewer contenders. */
export function workloadsOf(isQuick: boolean): readonly Workload[] {
  return KINDS.filter(({ quick }) => quick === true || !isQuick).map(
    ({ name, resources, actions, chunk, answers, event, only, rounds, slowdown }) => {
      const described: Described = { name, resources, actions, chunk, answers, event, rounds, slowdown };
      const contenders = (only ?? CONTENDERS).filter(
        (one) => takesPart(one, described) && (!isQuick || isInQuickRun(one, described)),
      );
      return Object.assign(described, { contenders });
    },
  );
}

/** Whether a contender has a way to do it at all. */
function takesPart(contender: ContenderName, { event }: Described): boolean {
  // It asks no PDP: what it can show is warm.
  if (contender === "casl") return event === "remount" || event === "rerender";
  // It has no way to ask again.
  return contender !== "effect" || (event !== "change" && event !== "change-all");
}

function isInQuickRun(contender: ContenderName, { resources, actions, answers, event }: Described): boolean {
  // What it shows, 100 components and warm pages show as well.
  if (isUnbatched(contender))
    return event === "mount" ? answers === "direct" && resources * actions <= 100 : event !== "change";
  // As dataloader, but for its window of 10 ms.
  return contender !== "batshit";
}

/** Whether it takes seconds, for what is known after a few runs: a request for each of many checks. */
export function isLong(contender: ContenderName, { resources, actions, answers }: Described): boolean {
  return isUnbatched(contender) && answers !== "recorded" && resources * actions > 100;
}

function isUnbatched(contender: ContenderName): boolean {
  return contender === "effect" || contender === "use-query";
}
