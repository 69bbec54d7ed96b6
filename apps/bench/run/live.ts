// What live updates cost: from a change to the button, idle streams, and many pages on one event.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { launchChromium } from "@kinde-cerbos/chromium";
import { measureIdle } from "./live/idle.ts";
import { measurePolicies, measureRoles } from "./live/latency.ts";
import { type LiveReport, liveReportOf } from "./live/live-report.ts";
import { startPageServer } from "./live/page-server.ts";
import { startPrograms } from "./live/programs.ts";
import { spreadChart } from "./live/spread-chart.ts";
import { measureStampede } from "./live/stampede.ts";
import { machineOf } from "./machine.ts";
import { withMarked } from "./markers.ts";

const { values } = parseArgs({
  options: {
    /** Of each kind of change. */
    rounds: { type: "string", default: "20" },
    /** Streams that are idle, and pages of a stampede. */
    pages: { type: "string", default: "1000" },
    /** How long streams are idle. */
    seconds: { type: "string", default: "60" },
    /** Writes the results into docs too. */
    write: { type: "boolean", default: false },
  },
});
const rounds = numberOf("rounds");
const pages = numberOf("pages");
const seconds = numberOf("seconds");

const started = new Date();
const programs = await startPrograms(pages);
try {
  const measured = await measureWithPage();
  console.log(`${pages} idle streams …`);
  const idle = await measureIdle(programs, pages, seconds);
  console.log(`${pages} pages on one event …`);
  const stampedes = [await measureStampede(programs, pages, 0), await measureStampede(programs, pages, 2)];
  keep({ ...measured, started, idle, stampedes });
} finally {
  await programs.close();
}

async function measureWithPage(): Promise<Pick<LiveReport, "machine" | "policies" | "roles">> {
  const chromium = await launchChromium();
  try {
    const machine = machineOf(chromium.browser);
    const server = await startPageServer(programs);
    try {
      console.log("A policy file is saved …");
      const policies = await measurePolicies(chromium.browser, programs, rounds);
      console.log("A role is changed …");
      return { machine, policies, roles: await measureRoles(chromium.browser, programs, rounds) };
    } finally {
      await server.close();
    }
  } finally {
    await chromium.close();
  }
}

function keep(report: LiveReport): void {
  const text = liveReportOf(report);
  console.log(`\n${text}\n\nThis took ${Math.round((Date.now() - started.getTime()) / 1000)} s.`);
  const results = new URL("../results/", import.meta.url);
  mkdirSync(results, { recursive: true });
  const name = `live-${started.toISOString().replaceAll(/[:.]/g, "-")}.json`;
  writeFileSync(new URL(name, results), JSON.stringify(report));
  if (!values.write) return;
  const docs = new URL("../../../docs/", import.meta.url);
  const page = new URL("parts/live-cost.md", docs);
  writeFileSync(page, withMarked(readFileSync(page, "utf8"), "bench:live", text));
  writeFileSync(new URL("public/live-spread.svg", docs), spreadChart());
  console.log("Written into docs/parts/live-cost.md and docs/public/live-spread.svg");
}

function numberOf(name: "rounds" | "pages" | "seconds"): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} takes a whole number above 0.`);
  return number;
}
