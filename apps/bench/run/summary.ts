import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { type ContenderName, type Sample, type Workload } from "../shared/task.ts";
import { type Measured } from "./rounds.ts";
import { median, type Quartiles, quartiles } from "./statistics.ts";

/** What is known of a contender in a workload. */
export interface Row {
  readonly workload: string;
  readonly contender: ContenderName;
  /** Time in each round by that of the limit in the same round; `null` where nothing is timed. */
  readonly ratio: Quartiles | null;
  /** Over rounds, of the median of a page. */
  readonly ms: Quartiles | null;
  /** As `ms`, until the page has nothing more to do. */
  readonly restMs: Quartiles | null;
  /** Medians. */
  readonly counts: Omit<Sample, "ms" | "restMs">;
}

const COUNTS = ["requests", "requestBytes", "commits", "renders", "pendingRenders"] as const;

/** All rows, workload by workload. */
export function summaryOf(measured: readonly Measured[], workloads: readonly Workload[]): readonly Row[] {
  return workloads.flatMap((workload) =>
    workload.contenders.map((contender) => rowOf(measured, workload, contender)),
  );
}

function rowOf(measured: readonly Measured[], { name, event }: Workload, contender: ContenderName): Row {
  const of = (who: ContenderName): readonly Measured[] =>
    measured.filter((one) => one.workload === name && one.contender === who);
  const timesOf = (who: ContenderName, what: "ms" | "restMs" = "ms"): readonly number[] =>
    of(who).map(({ samples }) => median(samples.map((sample) => sample[what])));
  const isTimed = event !== "refresh";
  const times = timesOf(contender);
  const limits = timesOf("limit");
  const samples = of(contender).flatMap((one) => one.samples);
  const count = (what: (typeof COUNTS)[number]): number => median(samples.map((sample) => sample[what]));
  return {
    workload: name,
    contender,
    ratio: isTimed ? quartiles(times.map((time, round) => time / (limits[round] ?? Number.NaN))) : null,
    ms: isTimed ? quartiles(times) : null,
    restMs: isTimed ? quartiles(timesOf(contender, "restMs")) : null,
    counts: {
      requests: count("requests"),
      requestBytes: count("requestBytes"),
      commits: count("commits"),
      renders: count("renders"),
      pendingRenders: count("pendingRenders"),
    },
  };
}

/** What the scripts of each contender weigh, React included, gzipped, in bytes. */
export function scriptBytesOf(measured: readonly Measured[], outDir: string): Partial<Record<ContenderName, number>> {
  const bytes: Partial<Record<ContenderName, number>> = {};
  for (const { contender, scripts } of measured) {
    bytes[contender] ??= scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(outDir, path))).length, 0);
  }
  return bytes;
}
