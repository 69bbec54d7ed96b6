import { type ContenderName, type Workload } from "../shared/task.ts";
import type { Bundles } from "./bundles.ts";
import type { Measurements } from "./rounds.ts";
import { median, ratiosByRound } from "./statistics.ts";
import { type Growth, type Row, rowIn, timesOf } from "./summary.ts";

/** What the SDK is to reach, and what it has reached in a run. */
export interface Goal {
  readonly what: string;
  readonly goal: string;
  /** Empty where the run has no figure for it. */
  readonly measured: string;
  /** `null` where the run has no figure for it. */
  readonly isMet: boolean | null;
}

/** What goals are judged by. */
export interface Findings {
  readonly rows: readonly Row[];
  readonly growth: readonly Growth[];
  readonly bundles: Bundles;
  readonly measurements: Measurements;
  readonly workloads: readonly Workload[];
}

const SIZES = ["10 components", "100 components", "1000 components"];
const WARM_MOUNT = "warm mount of 1000";

/** All goals, each by the medians of the run. */
export function goalsOf(findings: Findings): readonly Goal[] {
  const { rows, growth, bundles } = findings;
  const distant = SIZES.map((name) => `${name}, + 30 ms`);
  return [
    ...bothClients(rows, "uncached mount, 10, 100, 1000 components", SIZES, [1.25, 1.25, 1.25]),
    ...bothClients(
      rows,
      "uncached mount, 10, 100, 1000 components, 30 ms added to the round trip",
      distant,
      [1.1, 1.1, 1.1],
    ),
    ...bothClients(rows, "100 rows × 5 actions", ["100 rows × 5 actions"], [1.5]),
    ...bothClients(rows, "recorded answers, 100, 1000", ["recorded answers, 100", "recorded answers, 1000"], [3, 3]),
    ...bothClients(rows, "all of 1000 decisions changed", ["all of 1000 changed"], [4]),
    ...bothClients(rows, "1 of 1000 decisions changed", ["1 of 1000 changed"], [1.5]),
    commitsGoal(findings),
    requestsGoal(findings),
    ...warmGoals(findings),
    countGoal(
      "components rendered by an update of 1 of 1000 decisions",
      rows,
      "1 of 1000 changed",
      1,
      ({ renders }) => renders,
    ),
    countGoal(
      "requests for a refreshed token with equal claims",
      rows,
      "token refresh, 100",
      0,
      ({ requests }) => requests,
    ),
    countGoal(
      "loading renders for a refreshed token",
      rows,
      "token refresh, 100",
      0,
      ({ pendingRenders }) => pendingRenders,
    ),
    countGoal(
      "requests for a switch back to a fresh organization",
      rows,
      "switch back, 100",
      0,
      ({ requests }) => requests,
    ),
    countGoal("loading renders for a switch back", rows, "switch back, 100", 0, ({ pendingRenders }) => pendingRenders),
    growthGoal(growth, "time per check: with 10,000 checks, divided by with 100", "ms"),
    growthGoal(growth, "memory per check: with 10,000 checks, divided by with 100", "bytes"),
    bytesGoal("core + react, gzipped, without react-query and the PDP client", bundles.useCan, 12_000),
    bytesGoal("with createFetchPdp and react-query", bundles.whole, 20_000),
  ];
}

/** A ratio to the limit for each workload, of each of the two clients. */
function bothClients(rows: readonly Row[], what: string, names: readonly string[], most: readonly number[]): Goal[] {
  return (["ours-fetch", "ours-http"] as const).map((contender) => {
    const found = names.flatMap((name, at) => {
      const ratio = rowIn(rows, name, contender)?.ratio;
      return ratio ? [{ ratio: ratio.median, most: most[at] ?? 0 }] : [];
    });
    // Some of the figures would not show that the goal is met.
    const isWhole = found.length === names.length;
    const isMissed = found.some((one) => one.ratio > one.most);
    return {
      what: `${what}: ${contender === "ours-fetch" ? "createFetchPdp" : "@cerbos/http"}`,
      goal: `≤ ${[...new Set(most)].join(" / ")} × limit`,
      measured: found.map(({ ratio }) => ratio.toFixed(2)).join(" / "),
      isMet: isMissed ? false : isWhole ? true : null,
    };
  });
}

function mounts({ rows, workloads }: Findings): { readonly row: Row; readonly workload: Workload }[] {
  return workloads.flatMap((workload) => {
    if (workload.event !== "mount" || workload.chunk !== 50) return [];
    return (["ours-fetch", "ours-http"] as const).flatMap((contender) => {
      const row = rowIn(rows, workload.name, contender);
      return row ? [{ row, workload }] : [];
    });
  });
}

function commitsGoal(findings: Findings): Goal {
  const of = mounts(findings).map(({ row }) => row.counts.commits);
  return {
    what: "commits for one page of checks, whatever its size",
    goal: "2",
    measured: spanOf(of),
    isMet: of.length === 0 ? null : of.every((commits) => commits === 2),
  };
}

function requestsGoal(findings: Findings): Goal {
  const of = mounts(findings);
  const wrong = of.filter(({ row, workload }) => row.counts.requests !== Math.ceil(workload.resources / 50));
  return {
    what: "requests for one page of checks",
    goal: "distinct resources / 50, rounded up",
    measured:
      wrong.length === 0
        ? `exactly, in ${of.length} workloads`
        : wrong.map(({ row }) => `${row.workload}: ${row.counts.requests}`).join(", "),
    isMet: of.length === 0 ? null : wrong.length === 0,
  };
}

/** The time of ours by that of CASL on the same page. */
function caslGoal({ measurements: { measured } }: Findings, what: string, workload: string, of: "ms" | "restMs"): Goal {
  const times = (contender: ContenderName): ReturnType<typeof timesOf> => timesOf(measured, workload, contender, of);
  const ratios = ratiosByRound(times("ours-fetch"), times("casl"));
  const ratio = ratios.length > 0 ? median(ratios) : null;
  return { what, goal: "≤ 1", measured: ratio?.toFixed(2) ?? "", isMet: ratio === null ? null : ratio <= 1 };
}

/** Both until the decisions are committed, and until the effects after that are done: that is when hooks subscribe. */
function warmGoals(findings: Findings): Goal[] {
  const { rows } = findings;
  const onSamePage = "a cached check, divided by CASL's on the same page, until";
  const ms = (contender: ContenderName): number | undefined => rowIn(rows, WARM_MOUNT, contender)?.restMs?.median;
  const [limit, ours, observer] = [ms("limit"), ms("ours-fetch"), ms("use-query")];
  const share =
    limit === undefined || ours === undefined || observer === undefined
      ? null
      : Math.max(0, ours - limit) / (observer - limit);
  const observerGoal: Goal = {
    what: "a cached check, divided by a useQuery observer, each minus the limit's time, until at rest",
    goal: "≤ 0.2",
    measured: share?.toFixed(2) ?? "",
    isMet: share === null ? null : share <= 0.2,
  };
  return [
    caslGoal(findings, `${onSamePage} committed`, WARM_MOUNT, "ms"),
    caslGoal(findings, `${onSamePage} at rest`, WARM_MOUNT, "restMs"),
    observerGoal,
    caslGoal(
      findings,
      "a cached check that renders again, divided by CASL's on the same page",
      "warm re-render of 1000",
      "ms",
    ),
  ];
}

function countGoal(
  what: string,
  rows: readonly Row[],
  workload: string,
  goal: number,
  of: (counts: Row["counts"]) => number,
): Goal {
  const found = (["ours-fetch", "ours-http"] as const).flatMap((contender) => {
    const row = rowIn(rows, workload, contender);
    return row ? [of(row.counts)] : [];
  });
  return {
    what,
    goal: String(goal),
    measured: spanOf(found),
    isMet: found.length === 0 ? null : found.every((count) => count === goal),
  };
}

function growthGoal(growth: readonly Growth[], what: string, of: "ms" | "bytes"): Goal {
  const each = (checks: number): number | null => {
    const total = growth.find((one) => one.contender === "ours-fetch" && one.checks === checks)?.[of] ?? null;
    return total === null ? null : total / checks;
  };
  const [few, many] = [each(100), each(10_000)];
  const ratio = few === null || many === null ? null : many / few;
  return { what, goal: "≤ 1.2", measured: ratio?.toFixed(2) ?? "", isMet: ratio === null ? null : ratio <= 1.2 };
}

function bytesGoal(what: string, bytes: number, most: number): Goal {
  return { what, goal: `≤ ${most / 1000} kB`, measured: `${(bytes / 1000).toFixed(2)} kB`, isMet: bytes <= most };
}

/** "2", or "2–17". */
function spanOf(numbers: readonly number[]): string {
  if (numbers.length === 0) return "";
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? String(least) : `${least}–${most}`;
}
