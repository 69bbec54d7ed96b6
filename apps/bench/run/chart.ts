import { CONTENDERS, type ContenderName } from "../shared/task.ts";
import { LABELS, OURS } from "./labels.ts";
import { type Row, rowIn } from "./summary.ts";

/** What the chart shows, as far as the run has it: two in a line. */
const PANELS = [
  "100 components",
  "1000 components",
  "100 rows × 5 actions",
  "100 components, + 30 ms",
  "recorded answers, 1000",
  "warm mount of 1000",
];

const WIDTH = 880;
const GAP = 40;
const PANEL_WIDTH = (WIDTH - GAP) / 2;
const LABEL_WIDTH = 168;
const VALUE_WIDTH = 44;
const LINE = 19;
const HEAD = 46;
const FOOT = 22;
const SHOWN: readonly ContenderName[] = CONTENDERS.filter((name) => name !== "limit");
const PANEL_HEIGHT = HEAD + SHOWN.length * LINE + FOOT + 12;
/** Ratios at the ends of each axis; a point beyond one stands at it. */
const [FROM, TO] = [0.4, 100];
const TICKS = [0.5, 1, 2, 5, 10, 20, 50, 100];

const STYLE = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #3b4048; }
  .title { font-size: 13px; font-weight: 600; fill: #1b1f24; }
  .tick, .note { font-size: 11px; fill: #656d76; }
  .best { font-weight: 700; fill: #1b1f24; }
  .grid { stroke: #d5d9de; } .one { stroke: #7d8590; stroke-dasharray: 3 3; }
  .peer { fill: #7d8590; stroke: #7d8590; } .ours { fill: #0b6bcb; stroke: #0b6bcb; }
  .whisker { stroke-width: 5; stroke-opacity: 0.35; stroke-linecap: round; }
  @media (prefers-color-scheme: dark) {
    text { fill: #c9d1d9; } .title, .best { fill: #f0f3f6; } .tick, .note { fill: #9198a1; }
    .grid { stroke: #343a42; } .one { stroke: #9198a1; }
    .peer { fill: #9198a1; stroke: #9198a1; } .ours { fill: #58a6ff; stroke: #58a6ff; }
  }`;

/** A picture of ratios to the limit, the least first, on a logarithmic axis, for light and dark pages. */
export function chartOf(rows: readonly Row[], caption: string): string {
  const panels = PANELS.filter((workload) => rows.some((row) => row.workload === workload));
  const height = Math.ceil(panels.length / 2) * PANEL_HEIGHT + 24;
  const drawn = panels.map((workload, at) =>
    panel(rows, workload, (at % 2) * (PANEL_WIDTH + GAP), Math.floor(at / 2) * PANEL_HEIGHT),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"
    role="img" aria-labelledby="title">
<title id="title">Time until all decisions are shown, by that of the limit</title>
<style>${STYLE}
</style>
${drawn.join("\n")}
<text class="note" x="0" y="${height - 6}">${escaped(caption)}</text>
</svg>
`;
}

function panel(rows: readonly Row[], workload: string, left: number, top: number): string {
  const medianOf = (name: ContenderName): number => rowIn(rows, workload, name)?.ratio?.median ?? Number.NaN;
  const present = SHOWN.filter((name) => rowIn(rows, workload, name)?.ratio).toSorted(
    (one, other) => medianOf(one) - medianOf(other),
  );
  const end = HEAD + present.length * LINE;
  const grid = TICKS.map((ratio) => {
    const x = xOf(ratio).toFixed(1);
    return (
      `<line class="${ratio === 1 ? "one" : "grid"}" x1="${x}" x2="${x}" y1="${HEAD - 12}" y2="${end}"/><text ` +
      `class="tick" text-anchor="middle" x="${x}" y="${end + 15}">${ratio}</text>`
    );
  });
  const shownOf = (name: ContenderName): number => Number(medianOf(name).toPrecision(3));
  const least = Math.min(...present.map(shownOf));
  const lines = present.map((name, at) => {
    const ratio = rowIn(rows, workload, name)?.ratio;
    if (!ratio) return "";
    const y = HEAD + at * LINE + LINE / 2 - 4;
    const kind = OURS.has(name) ? "ours" : "peer";
    const best = shownOf(name) === least ? ` class="best"` : "";
    return (
      `<text${best} x="0" y="${y + 4}">${escaped(LABELS[name])}</text>` +
      `<line class="whisker ${kind}" x1="${xOf(ratio.low).toFixed(1)}" x2="${xOf(ratio.high).toFixed(1)}" ` +
      `y1="${y}" y2="${y}"/>` +
      `<circle class="${kind}" cx="${xOf(ratio.median).toFixed(1)}" cy="${y}" r="4"/>` +
      `<text${best} text-anchor="end" x="${PANEL_WIDTH}" ` +
      `y="${y + 4}">${ratio.median < 10 ? ratio.median.toFixed(2) : ratio.median.toFixed(0)}</text>`
    );
  });
  return `<g transform="translate(${left} ${top})">
<text class="title" x="0" y="16">${escaped(workload)}</text>
${grid.join("\n")}
${lines.join("\n")}
</g>`;
}

function xOf(ratio: number): number {
  const share = Math.log(Math.min(Math.max(ratio, FROM), TO) / FROM) / Math.log(TO / FROM);
  return LABEL_WIDTH + share * (PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
