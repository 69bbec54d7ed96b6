import { CONTENDERS, type ContenderName } from "../shared/task.ts";
import { BEFORE } from "./before.ts";
import type { Goal } from "./goals.ts";
import type { Hour } from "./hour.ts";
import { LABELS } from "./labels.ts";
import type { ListCost } from "./lists.ts";
import type { Machine } from "./machine.ts";
import { type Quartiles } from "./statistics.ts";
import { type Detour, type Growth, type Row, rowIn } from "./summary.ts";
import { verdictOf } from "./table.ts";

/** All that a run has to tell. */
export interface Report {
  readonly started: Date;
  readonly seconds: number;
  readonly isQuick: boolean;
  readonly seed: number;
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
  readonly growth: readonly Growth[];
  readonly detours: readonly Detour[];
  readonly hours: readonly Hour[];
  /** `null` if the run was of other workloads. */
  readonly list: ListCost | null;
  readonly scriptBytes: Partial<Record<ContenderName, number>>;
  readonly loadMs: Partial<Record<ContenderName, number>>;
}

/** All tables of a run. */
export function fullReportOf(report: Report): string {
  const { rows } = report;
  return [
    runOf(report),
    "### Goals",
    markdownTable(
      ["what", "goal", "2026-11-25", "measured", ""],
      report.goals.map(({ what, goal, measured, isMet }) => [
        what,
        goal,
        BEFORE.get(what) ?? "",
        measured,
        isMet === false ? `**${verdictOf(isMet)}**` : verdictOf(isMet),
      ]),
    ),
    "### Time, × the limit",
    ratioTableOf(rows.filter(({ workload }) => !/chunks of|gateway|, 10$|, 10 000$/.test(workload))),
    "### Counts",
    "Each cell: requests, commits, renders / renders without a decision. Renders are those of components that check.",
    countTableOf(rows.filter(({ workload }) => !/chunks of/.test(workload))),
    "### Chunk sizes, 1000 components",
    "In ms, and requests. 50 is the default.",
    chunkTableOf(rows),
    "### The gateway",
    "The same page through the gateway, divided by the page that calls the PDP directly, in the same round. Its Node process shares " +
      "the machine with all others.",
    detourTableOf(report.detours),
    "### Page load",
    "Scripts of the page, minified and gzipped: in all, and how much more than the limit's. The time is for " +
      "compiling and evaluating them from the browser's cache, without React, React DOM and the benchmark's own code.",
    loadTableOf(report),
    "### Growth",
    "From recorded answers: what the client alone costs.",
    growthTableOf(report.growth),
    ...(report.hours.length > 0 ? ["### An hour of use", hourTableOf(report.hours)] : []),
    ...(report.list === null ? [] : ["### Lists", listTableOf(report.list)]),
  ].join("\n\n");
}

function runOf({ started, seconds, isQuick, seed, machine, rows }: Report): string {
  const { cpu, cores, platform, load, chromium, node, packages } = machine;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  const busy =
    load > cores / 2
      ? ` The machine was doing other work before the run (load ${load.toFixed(1)}), so ratios below about 2 mean little.`
      : "";
  const single = rows.some(({ rounds }) => rounds === 1) ? " Figures without a range are from one round." : "";
  return (
    `${isQuick ? "A quick run" : "A run"} of ${started.toISOString().slice(0, 10)}, ` +
    `${Math.round(seconds / 6) / 10} minutes, seed ${seed}: ` +
    `${cpu}, ${cores} cores, ${platform}; Chromium ${chromium}, Node ${node}, ${versions.join(", ")}.${busy}${single}`
  );
}

/** Medians, and the middle half of rounds. The least of a row, the limit apart, is the row's winner, whoever it is. */
export function ratioTableOf(rows: readonly Row[]): string {
  const timed = rows.filter(({ ratio }) => ratio !== null);
  const columns = CONTENDERS.filter((name) => name !== "limit" && timed.some(({ contender }) => contender === name));
  const lines = [...Map.groupBy(timed, ({ workload }) => workload)].map(([workload, of]) => {
    const least = Math.min(...of.filter(({ contender }) => contender !== "limit").map(shownRatio));
    const cells = columns.map((name) => {
      const row = of.find(({ contender }) => contender === name);
      if (!row?.ratio) return "";
      const { low, high } = row.ratio;
      const middle = row.rounds > 1 ? ` <small>${digits(low)}–${digits(high)}</small>` : "";
      const shown = shownRatio(row);
      // What is printed alike has won alike.
      return `${shown === least ? `**${digits(shown)}**` : digits(shown)}${middle}`;
    });
    return [workload].concat(cells);
  });
  return markdownTable(["× the limit (bold: lowest in the row)", ...columns.map((name) => LABELS[name])], lines);
}

function shownRatio({ ratio }: Row): number {
  return ratio === null ? Number.POSITIVE_INFINITY : Number(digits(ratio.median));
}

function digits(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0);
}

function countTableOf(rows: readonly Row[]): string {
  const columns = CONTENDERS.filter((name) => rows.some(({ contender }) => contender === name));
  const lines = [...Map.groupBy(rows, ({ workload }) => workload)].map(([workload, of]) => {
    const cells = columns.map((name) => {
      const counts = of.find(({ contender }) => contender === name)?.counts;
      return counts ? `${counts.requests}, ${counts.commits}, ${counts.renders}/${counts.pendingRenders}` : "";
    });
    return [workload].concat(cells);
  });
  return markdownTable(["", ...columns.map((name) => LABELS[name])], lines);
}

const CHUNKS = [
  [10, "1000 components, chunks of 10"],
  [50, "1000 components"],
  [200, "1000 components, chunks of 200"],
  [500, "1000 components, chunks of 500"],
] as const;

function chunkTableOf(rows: readonly Row[]): string {
  const cell = (workload: string, contender: ContenderName): string => {
    const row = rowIn(rows, workload, contender);
    return row?.ms ? `${row.ms.median.toFixed(0)}, ${row.counts.requests}` : "";
  };
  return markdownTable(
    ["resources a request", "limit", "useCan", "limit, + 30 ms", "useCan, + 30 ms"],
    CHUNKS.map(([chunk, near]) => {
      const distant = `${near}, + 30 ms`;
      return [
        String(chunk),
        cell(near, "limit"),
        cell(near, "ours-fetch"),
        cell(distant, "limit"),
        cell(distant, "ours-fetch"),
      ];
    }),
  );
}

function detourTableOf(detours: readonly Detour[]): string {
  return markdownTable(
    ["", "", "× direct", "quartiles"],
    detours.map(({ workload, contender, ratio: { low, median, high } }) => [
      workload,
      LABELS[contender],
      median.toFixed(2),
      `${low.toFixed(2)}–${high.toFixed(2)}`,
    ]),
  );
}

function loadTableOf({ scriptBytes, loadMs }: Report): string {
  const base = scriptBytes.limit ?? 0;
  const lines = CONTENDERS.flatMap((name) => {
    const bytes = scriptBytes[name];
    if (bytes === undefined) return [];
    return [[LABELS[name], kb(bytes), name === "limit" ? "" : kb(bytes - base), loadMs[name]?.toFixed(1) ?? ""]];
  });
  return markdownTable(["", "kB in all", "kB on top of the limit's", "ms"], lines);
}

function growthTableOf(growth: readonly Growth[]): string {
  return markdownTable(
    ["", "checks", "ms", "µs a check", "kB a check"],
    growth.map(({ contender, checks, ms, bytes }) => [
      LABELS[contender],
      String(checks),
      ms?.toFixed(1) ?? "",
      aCheck(ms, checks, 1000),
      aCheck(bytes, checks, 0.001),
    ]),
  );
}

function aCheck(total: number | null, checks: number, unit: number): string {
  return total === null ? "" : ((total / checks) * unit).toFixed(1);
}

function hourTableOf(hours: readonly Hour[]): string {
  return markdownTable(
    [
      "",
      "minutes, pages, tokens, switches",
      "heap before, after",
      "DOM nodes",
      "listeners",
      "decisions cached: most, at the end",
    ],
    hours.map(({ contender, minutes, opened, refreshes, switches, before, after, cached }) => [
      LABELS[contender],
      `${minutes}, ${opened}, ${refreshes}, ${switches}`,
      `${kb(before.bytes)}, ${kb(after.bytes)} kB`,
      `${before.nodes}, ${after.nodes}`,
      `${before.listeners}, ${after.listeners}`,
      `${cached.most}, ${cached.left}`,
    ]),
  );
}

/** What is extrapolated says so. */
export function listTableOf({ rows, plan, byPlan, load, checked, checks, byChecks }: ListCost): string {
  return markdownTable(
    [`one page of 20, out of ${rows} rows`, "ms", "quartiles"],
    [
      timeLine("the plan", plan),
      timeLine("the plan, then SQL: the page and the count", byPlan),
      timeLine("all rows loaded", load),
      timeLine(`${checked} of them checked`, checks),
      timeLine("all rows loaded and checked: extrapolated from these two", byChecks),
    ],
  );
}

function timeLine(what: string, { low, median, high }: Quartiles): string[] {
  return [what, median.toFixed(0), `${low.toFixed(0)}–${high.toFixed(0)}`];
}

function kb(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function markdownTable(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
