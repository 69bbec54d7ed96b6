import { type ContenderName, type Sample, type Workload } from "../shared/task.ts";
import type { Loaded, Measured, Measurements, Weighed } from "./rounds.ts";
import { median, type OfRound, type Quartiles, quartiles, ratiosByRound } from "./statistics.ts";

/** What is known of a contender in a workload. */
export interface Row {
  readonly workload: string;
  readonly contender: ContenderName;
  /** Rounds it took part in. */
  readonly rounds: number;
  /** Time in each round by that of the limit in the same round; `null` where nothing is timed. */
  readonly ratio: Quartiles | null;
  /** Over rounds, of the median of a page. */
  readonly ms: Quartiles | null;
  /** As `ms`, until the page has nothing more to do. */
  readonly restMs: Quartiles | null;
  /** Medians. */
  readonly counts: Counts;
}

type Counts = Omit<Sample, "ms" | "restMs"> & {
  readonly responseBytes: number;
};

const COUNTS = ["requests", "requestBytes", "commits", "renders", "pendingRenders"] as const;

/** All rows, workload by workload. What there was no time for has none. */
export function rowsOf({ measured }: Measurements, workloads: readonly Workload[]): readonly Row[] {
  return workloads.flatMap((workload) =>
    workload.contenders.flatMap((contender) => {
      const mine = measured.filter((one) => one.workload === workload.name && one.contender === contender);
      return mine.length > 0 ? [rowOf(measured, mine, workload, contender)] : [];
    }),
  );
}

function rowOf(
  measured: readonly Measured[],
  mine: readonly Measured[],
  { name, event }: Workload,
  contender: ContenderName,
): Row {
  const isTimed = event !== "refresh";
  const times = timesOf(measured, name, contender, "ms");
  const samples = mine.flatMap((one) => one.samples);
  const count = (what: (typeof COUNTS)[number]): number => median(samples.map((sample) => sample[what]));
  return {
    workload: name,
    contender,
    rounds: mine.length,
    ratio: isTimed ? quartiles(ratiosByRound(times, timesOf(measured, name, "limit", "ms"))) : null,
    ms: isTimed ? quartiles(valuesOf(times)) : null,
    restMs: isTimed ? quartiles(valuesOf(timesOf(measured, name, contender, "restMs"))) : null,
    counts: {
      requests: count("requests"),
      requestBytes: count("requestBytes"),
      responseBytes: median(mine.map(({ responseBytes }) => responseBytes)),
      commits: count("commits"),
      renders: count("renders"),
      pendingRenders: count("pendingRenders"),
    },
  };
}

/** The median of each page. */
export function timesOf(
  measured: readonly Measured[],
  workload: string,
  contender: ContenderName,
  what: "ms" | "restMs",
): readonly OfRound[] {
  return measured
    .filter((one) => one.workload === workload && one.contender === contender)
    .map(({ round, samples }) => ({ round, value: median(samples.map((sample) => sample[what])) }));
}

/** Medians of the time to compile and evaluate scripts, in ms. */
export function loadMsOf(loaded: readonly Loaded[]): Partial<Record<ContenderName, number>> {
  const groups = Map.groupBy(loaded, ({ contender }) => contender);
  return Object.fromEntries([...groups].map(([name, of]) => [name, median(of.map(({ ms }) => ms))]));
}

/** What the gateway costs: a page through it by the same page at the PDP, in the same round. */
export interface Detour {
  readonly workload: string;
  readonly contender: ContenderName;
  readonly ratio: Quartiles;
}

/** Of all that was measured both ways. */
export function detoursOf({ measured }: Measurements, workloads: readonly Workload[]): readonly Detour[] {
  return workloads.flatMap(({ name, answers, contenders }) => {
    if (answers !== "gateway") return [];
    const direct = name.replace(", through the gateway", "");
    return contenders.flatMap((contender) => {
      const ratios = ratiosByRound(
        timesOf(measured, name, contender, "ms"),
        timesOf(measured, direct, contender, "ms"),
      );
      return ratios.length > 0 ? [{ workload: name, contender, ratio: quartiles(ratios) }] : [];
    });
  });
}

/** How the cost of a contender grows with the checks of a page. */
export interface Growth {
  readonly contender: ContenderName;
  readonly checks: number;
  /** Client cost alone, with recorded answers; `null` where that was not part of the run. */
  readonly ms: number | null;
  readonly bytes: number | null;
}

/** Sizes that growth is measured at, with the workload of each. */
const SIZES = [
  [10, "recorded answers, 10"],
  [100, "recorded answers, 100"],
  [1000, "recorded answers, 1000"],
  [10_000, "recorded answers, 10 000"],
] as const;

/** Medians for each size. */
export function growthOf(rows: readonly Row[], weighed: readonly Weighed[]): readonly Growth[] {
  return (["limit", "ours-fetch"] as const).flatMap((contender) =>
    SIZES.map(([checks, workload]) => {
      const bytes = weighed.filter((one) => one.contender === contender && one.checks === checks);
      return {
        contender,
        checks,
        ms: rowIn(rows, workload, contender)?.ms?.median ?? null,
        bytes: bytes.length > 0 ? median(bytes.map((one) => one.bytes)) : null,
      };
    }),
  );
}

/** The row of a contender in a workload; `undefined` where it had no part in the run. */
export function rowIn(rows: readonly Row[], workload: string, contender: ContenderName): Row | undefined {
  return rows.find((row) => row.workload === workload && row.contender === contender);
}

function valuesOf(numbers: readonly OfRound[]): readonly number[] {
  return numbers.map(({ value }) => value);
}
