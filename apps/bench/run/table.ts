import { type ContenderName } from "../shared/task.ts";
import { type Row } from "./summary.ts";

/** What each contender is, for who reads the table. */
const LABELS: { readonly [name in ContenderName]: string } = {
  limit: "limit: fetch in chunks, one state",
  "ours-fetch": "useCan, createFetchPdp",
  "ours-http": "useCan, @cerbos/http",
  bulk: "one bulk call, look-ups",
  dataloader: "useQuery + dataloader",
  batshit: "useQuery + batshit, 10 ms",
  "use-query": "useQuery a check",
  effect: "a request a component",
  casl: "@casl/react, no PDP",
};

const HEAD = ["", "× limit", "quartiles", "ms", "ms to rest", "requests", "kB sent", "commits", "renders", "pending"];

/** A table for the terminal: each workload, fastest first. What is not timed is ordered by its counts. */
export function tableOf(rows: readonly Row[]): string {
  const groups = Map.groupBy(rows, ({ workload }) => workload);
  return [...groups].map(([workload, of]) => `${workload}\n${aligned([HEAD, ...of.toSorted(byRank).map(cellsOf)])}`).join("\n\n");
}

/** A line for each contender's scripts. */
export function bytesTableOf(bytes: Partial<Record<ContenderName, number>>): string {
  const lines = Object.entries(LABELS).flatMap(([name, label]) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of LABELS are those
    const size = bytes[name as ContenderName];
    return size === undefined ? [] : [[label, `${(size / 1000).toFixed(1)} kB`]];
  });
  return `Scripts of the page, React included, gzipped\n${aligned(lines)}`;
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
    String(counts.commits),
    String(counts.renders),
    String(counts.pendingRenders),
  ];
}

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
