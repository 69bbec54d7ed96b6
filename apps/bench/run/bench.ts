import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launchChromium } from "@kinde-cerbos/chromium";
import { bundlesOf, scriptBytesOf } from "./bundles.ts";
import { chartOf } from "./chart.ts";
import { goalsOf } from "./goals.ts";
import { type Hour, replayHour } from "./hour.ts";
import { LABELS } from "./labels.ts";
import { LISTS, measureList } from "./lists.ts";
import { machineOf } from "./machine.ts";
import { fullReportOf, listTableOf, type Report } from "./markdown.ts";
import { withMarked } from "./markers.ts";
import { type Extent, runRounds } from "./rounds.ts";
import { startBenchStack } from "./stack.ts";
import { detoursOf, growthOf, loadMsOf, rowsOf } from "./summary.ts";
import { goalsTableOf, tableOf } from "./table.ts";
import { workloadsOf } from "./workloads.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    /** Of the order of workloads and contenders. */
    seed: { type: "string", default: "1" },
    /** Of the rounds. After that, the first one is finished, if it takes no more than a quarter longer. */
    minutes: { type: "string" },
    /** Only workloads whose name has this in it. Goals that need others are then not measured. */
    only: { type: "string", default: "" },
    /** Writes the results into docs/cost.md too. */
    write: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
if (!Number.isInteger(seed)) throw new Error("--seed takes a whole number.");
const minutes = Number(values.minutes ?? (values.quick ? 1.2 : 11));
if (!(minutes > 0)) throw new Error("--minutes takes a number above 0.");
const isPart = values.only !== "";
if (isPart && values.write) throw new Error("--write takes a whole run: leave out --only.");
const workloads = workloadsOf(values.quick).filter(({ name }) => name.includes(values.only));
const wanted = workloads.flatMap(({ contenders }) => contenders).length;
const hasList = LISTS.includes(values.only);
if (workloads.length === 0 && !hasList) throw new Error(`No workload has "${values.only}" in its name.`);

const extent: Extent = {
  rounds: workloads.length === 0 ? 0 : values.quick ? 3 : 15,
  warmups: 1,
  samples: 3,
  withinMs: minutes * 60_000,
  seed,
  weighs: !values.quick && !isPart,
};
/** Whose hour is replayed. */
const HOUR_OF = { quick: ["ours-fetch"], full: ["ours-fetch", "dataloader"] } as const;
let lastStage = "";
const root = fileURLToPath(new URL("..", import.meta.url));
const started = new Date();

const bundles = await bundlesOf(root);
const stack = await startBenchStack();
try {
  const chromium = await launchChromium();
  try {
    const machine = machineOf(chromium.browser);
    // First: what it finds is wrong with a contender, 11 minutes of rounds would not.
    const hours: Hour[] = [];
    for (const contender of isPart ? [] : HOUR_OF[values.quick ? "quick" : "full"]) {
      showProgress(`an hour of use, replayed: ${contender}`);
      hours.push(await replayHour(chromium.browser, stack, contender, { minutes: values.quick ? 20 : 60, seed }));
    }
    if (hasList) showProgress(LISTS);
    const { direct } = stack.surroundings.pdpUrls;
    const list = hasList ? await measureList(direct, stack.surroundings.user, values.quick ? 1 : 5) : null;
    const measurements = await runRounds(chromium.browser, stack, workloads, extent, showProgress);
    const rows = rowsOf(measurements, workloads);
    const growth = growthOf(rows, measurements.weighed);
    const report: Report = {
      started,
      seconds: Math.round((Date.now() - started.getTime()) / 1000),
      isQuick: values.quick,
      seed,
      machine,
      rows,
      goals: goalsOf({ rows, growth, bundles, measurements, workloads }),
      growth,
      detours: detoursOf(measurements, workloads),
      hours,
      list,
      scriptBytes: scriptBytesOf(measurements.measured, stack.outDir),
      loadMs: loadMsOf(measurements.loaded),
    };
    tell(report);
    keep(report, { extent, bundles, ...measurements });
    if (values.write) publish(report);
  } finally {
    await chromium.close();
  }
} finally {
  await stack.close();
}

function tell(report: Report): void {
  showProgress("");
  console.log(`\n${tableOf(report.rows)}\n\n${goalsTableOf(report.goals)}\n`);
  for (const { workload, contender, ratio } of report.detours) {
    console.log(
      `${workload}, ${LABELS[contender]}: ${ratio.median.toFixed(2)} × direct ` +
        `(${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`,
    );
  }
  for (const { contender, minutes: of, before, after, cached } of report.hours) {
    console.log(
      `${of} minutes of use, ${contender}: heap ${before.bytes} → ${after.bytes} bytes, nodes ` +
        `${before.nodes} → ${after.nodes}, ` +
        `listeners ${before.listeners} → ${after.listeners}, cached at most ${cached.most}, left ${cached.left}`,
    );
  }
  if (report.list) console.log(`\n${listTableOf(report.list)}\n`);
  if (report.rows.length < wanted)
    console.log("The time was over before the first round was. Give it more with --minutes.");
  console.log(
    "@cerbos/react is not in the registry that this was installed from: one request per component, in an effect, " +
      "stands for it.",
  );
  console.log(`Seed ${seed}, ${report.seconds} s. ${JSON.stringify(report.machine)}`);
  if (report.machine.load > report.machine.cores / 2) {
    console.log("The machine was doing other work before the run: read ratios, not times.");
  }
}

/** All figures, the chart and the tables, in the results folder. */
function keep(report: Report, measurements: object): void {
  const folder = new URL("results/", `file://${root}`);
  mkdirSync(folder, { recursive: true });
  const stamp = `${started.toISOString().replaceAll(/[:.]/g, "-")}${values.quick ? "-quick" : ""}`;
  const files = {
    [`${stamp}.json`]: JSON.stringify({ ...report, ...measurements }),
    "chart.svg": chartOfRun(report),
    "table.md": `${fullReportOf(report)}\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    const file = new URL(name, folder);
    writeFileSync(file, content);
    console.log(`Written to ${fileURLToPath(file)}`);
  }
}

/** Writes the tables between the markers of docs/cost.md, and the chart. */
function publish(report: Report): void {
  if (report.rows.length < wanted)
    throw new Error("Nothing was written into docs: the first round is not complete. Give it more --minutes.");
  const repository = new URL("../../../", import.meta.url);
  const page = new URL("docs/cost.md", repository);
  writeFileSync(page, withMarked(readFileSync(page, "utf8"), "bench", fullReportOf(report)));
  console.log("Written into docs/cost.md");
  writeFileSync(new URL("docs/parts/bench.svg", repository), chartOfRun(report));
  console.log("Written to docs/parts/bench.svg");
}

function chartOfRun({ rows, machine, isQuick }: Report): string {
  const caption =
    "Time until all decisions are shown, × the limit (dashed), logarithmic. Bars: the middle half of rounds. " +
    "Bold: the least. " +
    `${machine.cores} cores${isQuick ? ", a quick run" : ""}.`;
  return chartOf(rows, caption);
}

/** On a terminal each step, over the one before; in a log each round. */
function showProgress(text: string): void {
  if (process.stdout.isTTY) return void process.stdout.write(`\r\u001B[K${text}`);
  const [stage = ""] = text.split(":");
  if (stage !== "" && stage !== lastStage) console.log(`${stage} …`);
  lastStage = stage;
}
