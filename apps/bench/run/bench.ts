import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { launchChromium } from "@kinde-cerbos/demo/test/e2e/chromium.ts";

import { machineOf } from "./machine.ts";
import { type Extent, runRounds } from "./rounds.ts";
import { startBenchStack } from "./stack.ts";
import { scriptBytesOf, summaryOf } from "./summary.ts";
import { bytesTableOf, tableOf } from "./table.ts";
import { workloadsOf } from "./workloads.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    /** Of the order of contenders. */
    seed: { type: "string", default: "1" },
    /** No round begins that would not be over by then, but the first. */
    minutes: { type: "string" },
  },
});
const seed = Number(values.seed);
if (!Number.isInteger(seed)) throw new Error("--seed takes a whole number.");
const minutes = Number(values.minutes ?? (values.quick ? 1.5 : 12));
if (!(minutes > 0)) throw new Error("--minutes takes a number above 0.");

const extent: Extent = values.quick
  ? { rounds: 5, warmups: 1, samples: 3, withinMs: minutes * 60_000, seed }
  : { rounds: 9, warmups: 2, samples: 5, withinMs: minutes * 60_000, seed };
const workloads = workloadsOf(values.quick);

const started = new Date();
const stack = await startBenchStack();
try {
  const chromium = await launchChromium();
  try {
    const machine = machineOf(chromium.browser);
    const measured = await runRounds(chromium.browser, stack, workloads, extent, showProgress);
    const rows = summaryOf(measured, workloads);
    const scriptBytes = scriptBytesOf(measured, stack.outDir);
    const rounds = Math.max(...measured.map(({ round }) => round));
    const seconds = Math.round((Date.now() - started.getTime()) / 1000);
    console.log(`\n${tableOf(rows)}\n\n${bytesTableOf(scriptBytes)}\n`);
    console.log(`${rounds} rounds, seed ${seed}, ${seconds} s. ${JSON.stringify(machine)}`);
    if (machine.load > machine.cores / 2) console.log("The machine was at work before the run: read ratios, not times.");
    const file = resultFile();
    writeFileSync(file, JSON.stringify({ started, seconds, extent, rounds, machine, rows, scriptBytes, measured }));
    console.log(`Written to ${file}`);
  } finally {
    await chromium.close();
  }
} finally {
  await stack.close();
}

function resultFile(): string {
  const folder = new URL("../results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const name = `${started.toISOString().replaceAll(/[:.]/g, "-")}${values.quick ? "-quick" : ""}.json`;
  return fileURLToPath(new URL(name, folder));
}

function showProgress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001B[K${text}`);
}
