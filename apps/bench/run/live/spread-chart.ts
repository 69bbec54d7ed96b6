import { perWindow, simulateDelays, WINDOW_MS } from "./request-rate.ts";

const PAGES = 10_000;

const WIDTH = 760;
const HEIGHT = 320;
const LEFT = 64;
const RIGHT = 16;
const TOP = 52;
const BOTTOM = 48;
const SECONDS = 22;
/** Powers of ten on the axis of requests. */
const DECADES = 4;

const STYLE = `
  text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #3b4048; }
  .title { font-size: 14px; font-weight: 600; fill: #1b1f24; }
  .tick { font-size: 11px; fill: #656d76; }
  .grid { stroke: #d5d9de; }
  .with { fill: none; stroke: #0b6bcb; stroke-width: 1.5; } .without { fill: #c2410c; }
  text.with { fill: #0b6bcb; stroke: none; font-weight: 600; } text.without { font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #c9d1d9; } .title { fill: #f0f3f6; } .tick { fill: #9198a1; }
    .grid { stroke: #343a42; }
    .with { stroke: #58a6ff; } .without { fill: #fb923c; }
    text.with { fill: #58a6ff; } text.without { fill: #fb923c; }
  }`;

/** A picture of the requests of 10,000 pages after one event, for light and dark pages. */
export function spreadChart(): string {
  const counts = perWindow(simulateDelays(PAGES));
  const [atOnce = 0] = perWindow(simulateDelays(PAGES, 0));
  const most = Math.max(...counts);
  const steps = counts.map((count, at) => {
    const from = ((at * WINDOW_MS) / 1000).toFixed(1);
    return `${at === 0 ? "M" : "L"}${xOf(Number(from))} ${yOf(count)}H${xOf(Number(from) + WINDOW_MS / 1000)}`;
  });
  const requestTicks = Array.from({ length: DECADES + 1 }, (_, power) => {
    const y = yOf(10 ** power);
    const label = (10 ** power).toLocaleString("en");
    return (
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>` +
      `<text class="tick" text-anchor="end" x="${LEFT - 8}" y="${(Number(y) + 4).toFixed(1)}">${label}</text>`
    );
  });
  const timeTicks = [0, 5, 10, 15, 20].map(
    (second) =>
      `<text class="tick" text-anchor="middle" x="${xOf(second)}" y="${HEIGHT - BOTTOM + 18}">${second}</text>`,
  );
  const total = PAGES.toLocaleString("en");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"
    role="img" aria-labelledby="title">
<title id="title">Requests of ${total} open pages after one event</title>
<style>${STYLE}
</style>
<text class="title" x="0" y="16">Requests of ${total} open pages after one event</text>
<text class="tick" x="0" y="36">Requests in each ${WINDOW_MS} ms, logarithmic</text>
${requestTicks.join("\n")}
${timeTicks.join("\n")}
<text class="tick" text-anchor="middle" x="${xOf(SECONDS / 2)}" y="${HEIGHT - 8}">Seconds after the event</text>
<rect class="without" x="${xOf(0)}" y="${yOf(atOnce)}" width="4" height="${(Number(yOf(1)) - Number(yOf(atOnce))).toFixed(1)}"/>
<path class="with" d="${steps.join("")}"/>
<text class="without" x="${LEFT + 12}" y="${Number(yOf(atOnce)) + 16}">Without spread: ${atOnce.toLocaleString("en")} at once</text>
<text class="with" x="${LEFT + 12}" y="${Number(yOf(most)) - 10}">With spread: at most ${most}, for ${counts.length / 10} seconds</text>
</svg>
`;
}

function xOf(second: number): string {
  return (LEFT + (second / SECONDS) * (WIDTH - LEFT - RIGHT)).toFixed(1);
}

/** On a logarithmic axis; nothing stands where 1 does. */
function yOf(count: number): string {
  const share = Math.log10(Math.max(count, 1)) / DECADES;
  return (HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)).toFixed(1);
}
