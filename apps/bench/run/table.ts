import { BEFORE } from "./before.ts";
import type { Goal } from "./goals.ts";
import { LABELS } from "./labels.ts";
import type { Row } from "./summary.ts";

const HEAD = [
  "",
  "× limit",
  "quartiles",
  "ms",
  "ms to rest",
  "requests",
  "kB sent",
  "kB back",
  "commits",
  "renders",
  "pending",
];

/** A table for the terminal: each workload, fastest first. What is not timed is ordered by its counts. */
export function tableOf(rows: readonly Row[]): string {
  const groups = Map.groupBy(rows, ({ workload }) => workload);
  return [...groups]
    .map(
      ([workload, of]) =>
        `${workload} (rounds: ${roundsOf(of)})\n${aligned([HEAD, ...of.toSorted(byRank).map(cellsOf)])}`,
    )
    .join("\n\n");
}

/** The goals, for the terminal. */
export function goalsTableOf(goals: readonly Goal[]): string {
  const lines = goals.map(({ what, goal, measured, isMet }) => [
    what,
    goal,
    BEFORE.get(what) ?? "",
    measured,
    verdictOf(isMet),
  ]);
  return `Goals\n${aligned([["", "goal", "2026-11-25", "measured", ""], ...lines])}`;
}

/** "met", "not met", or "not measured". */
export function verdictOf(isMet: boolean | null): string {
  return isMet === null ? "not measured" : isMet ? "met" : "not met";
}

/** Lines with columns of equal width: the first to the left, all others to the right. */
function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    )
    .map((line) => `  ${line}`)
    .join("\n");
}

function roundsOf(rows: readonly Row[]): string {
  const all = rows.map(({ rounds }) => rounds);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return least === most ? String(most) : `${most}, ${least} of what takes seconds`;
}

function byRank(one: Row, other: Row): number {
  return one.ratio && other.ratio
    ? one.ratio.median - other.ratio.median
    : one.counts.requests - other.counts.requests || one.counts.renders - other.counts.renders;
}

function cellsOf({ contender, ratio, ms, restMs, counts }: Row): string[] {
  return [
    LABELS[contender],
    ratio ? ratio.median.toFixed(2) : "",
    ratio ? `${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)}` : "",
    ms ? ms.median.toFixed(1) : "",
    restMs ? restMs.median.toFixed(1) : "",
    String(counts.requests),
    (counts.requestBytes / 1000).toFixed(1),
    (counts.responseBytes / 1000).toFixed(1),
    String(counts.commits),
    String(counts.renders),
    String(counts.pendingRenders),
  ];
}
