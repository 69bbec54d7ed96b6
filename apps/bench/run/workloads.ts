import { CONTENDERS, type ContenderName, type Workload } from "../shared/task.ts";

const ASKED = { actions: 1, answers: "pdp", event: "mount" } as const;
const RECORDED = { actions: 1, answers: "recorded" } as const;

const ALL: readonly Omit<Workload, "contenders">[] = [
  { ...ASKED, name: "10 components", resources: 10 },
  { ...ASKED, name: "100 components", resources: 100 },
  { ...ASKED, name: "1000 components", resources: 1000 },
  { ...ASKED, name: "100 rows × 5 actions", resources: 100, actions: 5 },
  { ...RECORDED, name: "recorded answers, 100", resources: 100, event: "mount" },
  { ...RECORDED, name: "recorded answers, 1000", resources: 1000, event: "mount" },
  { ...RECORDED, name: "warm mount of 1000", resources: 1000, event: "remount" },
  { ...RECORDED, name: "1 of 1000 changed", resources: 1000, event: "change" },
  { ...RECORDED, name: "token refresh, 100", resources: 100, event: "refresh" },
];

/** All workloads; in a quick run, fewer. */
export function workloadsOf(isQuick: boolean): readonly Workload[] {
  return ALL.filter(({ name }) => !isQuick || (name !== "10 components" && name !== "recorded answers, 100")).map(
    (workload) => withContenders(workload, isQuick),
  );
}

function withContenders(workload: Omit<Workload, "contenders">, isQuick: boolean): Workload {
  return { ...workload, contenders: CONTENDERS.filter((name) => takesPart(name, workload, isQuick)) };
}

function takesPart(contender: ContenderName, { resources, actions, event, answers }: Omit<Workload, "contenders">, isQuick: boolean): boolean {
  // It asks no PDP.
  if (contender === "casl") return event === "remount";
  // It has no way to ask again.
  if (contender === "effect" && event === "change") return false;
  if (!isQuick) return true;
  const isUnbatched = contender === "effect" || contender === "use-query";
  // Seconds, for what 100 components show as well.
  if (isUnbatched && answers === "pdp") return resources * actions <= 100;
  return contender !== "batshit" && (!isUnbatched || event === "remount" || event === "refresh");
}
