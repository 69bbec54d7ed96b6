import { CONTENDERS, type ContenderName, type Workload } from "../shared/task.ts";

const askers = CONTENDERS.filter((name) => name !== "casl");
/** Those that send one request for many checks. */
const batching = askers.filter((name) => name !== "use-query" && name !== "effect");

const warm = CONTENDERS;
const ASKED = { actions: 1, answers: "pdp", event: "mount" } as const;
const RECORDED = { actions: 1, answers: "recorded" } as const;

/** All workloads. A quick run leaves out what an unbatched contender takes seconds for. */
export function workloadsOf(isQuick: boolean): readonly Workload[] {
  const many: { readonly contenders?: readonly ContenderName[] } = isQuick ? { contenders: batching } : {};
  return [
    { ...ASKED, name: "10 components", resources: 10 },
    { ...ASKED, name: "100 components", resources: 100 },
    { ...ASKED, name: "1000 components", resources: 1000, ...many },
    { ...ASKED, name: "100 rows × 5 actions", resources: 100, actions: 5, ...many },
    { ...RECORDED, name: "recorded answers, 100", resources: 100, event: "mount" },
    { ...RECORDED, name: "recorded answers, 1000", resources: 1000, event: "mount" },
    { ...RECORDED, name: "warm mount of 1000", resources: 1000, event: "remount", contenders: warm },
    {
      ...RECORDED,
      name: "1 of 1000 changed",
      resources: 1000,
      event: "change",
      contenders: askers.filter((name) => name !== "effect"),
    },
    { ...RECORDED, name: "token refresh, 100", resources: 100, event: "refresh" },
  ];
}

/** Who takes part in a workload. */
export function contendersOf({ contenders = askers }: Workload): readonly ContenderName[] {
  return contenders;
}
