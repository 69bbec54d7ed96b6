import { type Machine } from "../machine.ts";
import { type IdleCost } from "./idle.ts";
import { type Latency } from "./latency.ts";
import { peakOf, perWindow, simulateDelays } from "./request-rate.ts";
import { type Stampede } from "./stampede.ts";

/** What a run has measured. */
export interface LiveReport {
  readonly started: Date;
  readonly machine: Machine;
  readonly policies: Latency;
  readonly roles: Latency;
  readonly idle: IdleCost;
  readonly stampedes: readonly Stampede[];
}

const SIMULATED = [1000, 10_000, 100_000];

/** The report as Markdown, for the docs. */
export function liveReportOf({ started, machine, policies, roles, idle, stampedes }: LiveReport): string {
  const busy =
    machine.load > machine.cores / 2
      ? " The machine was doing other work at the start of the run, so times are longer than on an idle one."
      : "";
  const { cpu, cores, platform, load, node, chromium, packages } = machine;
  return `Measured on ${started.toISOString().slice(0, 10)}: ${cpu}, ${cores} cores, ${platform}, a load of ${load.toFixed(1)}; Chromium ${chromium}, Node ${node}, cerbos ${packages["cerbos"]}. Browser, page's server, issuer, PDP and simulated pages share those cores.${busy}

### From a change to the button

| from | rounds | p50 | p95 | longest |
| --- | --- | --- | --- | --- |
${latencyRow("a saved policy file", policies)}
${latencyRow("a changed role in Kinde", roles)}

The first starts with the save, by [the watcher](./gateway.md#policies) with \`folder\`. The second starts with the change at the local Kinde and includes its webhook and a new token. Tokens carry the time in whole seconds, so the page waits for the next second before it gets one: half a second on average. Kinde's own webhooks take longer to arrive than those of the local Kinde. Both end when the page has committed the change.

### Idle streams

| streams in one process | memory without | memory with | for each stream | CPU |
| --- | --- | --- | --- | --- |
${idleRow(idle)}

Memory is resident memory after garbage collection. CPU is the share of one core with a heartbeat each 15 seconds, over ${idle.seconds} seconds. Each stream has a user, a token and a connection of its own.

### Many pages and one event

${stampedes[0]?.pages.toLocaleString("en") ?? ""} open pages, each of which sends one request of 20 checks after the event, through one gateway to one PDP. These pages do not try again after a refusal:

| | highest rate in 100 ms | all requests arrived within | not answered, by status | p50 of answers | p95 | longest |
| --- | --- | --- | --- | --- | --- | --- |
${stampedes.map(stampedeRow).join("\n")}

### The spread, simulated

The same code that gives each page its delay, with the default of 2 ms for each stream and at most one minute:

| open pages | all requests sent within | average in 100 ms | highest rate in 100 ms | without spread |
| --- | --- | --- | --- | --- |
${SIMULATED.map(simulatedRow).join("\n")}

<div class="chart" tabindex="0">

![Requests of 10,000 open pages after one event, over time: at once without spread, and over 20 seconds with it](/live-spread.svg)

</div>`;
}

function latencyRow(name: string, { rounds, p50, p95, most }: Latency): string {
  return `| ${name} | ${rounds} | ${msOf(p50)} | ${msOf(p95)} | ${msOf(most)} |`;
}

function idleRow({ streams, seconds, rssBytes, cpuMs }: IdleCost): string {
  const each = (rssBytes.with - rssBytes.without) / streams / 1000;
  const share = (cpuMs / (seconds * 1000)) * 100;
  return (
    `| ${count(streams)} | ${mbOf(rssBytes.without)} | ${mbOf(rssBytes.with)} | ${each.toFixed(0)} kB | ` +
    `${(cpuMs / 1000).toFixed(2)} s, ${share.toFixed(1)} % |`
  );
}

function stampedeRow({ spreadMsPerStream, requests, refused, answerMs }: Stampede): string {
  const name = spreadMsPerStream === 0 ? "without spread" : `with spread, ${spreadMsPerStream} ms for each stream`;
  const errors = Object.entries(refused).map(([status, times]) => `${times} × ${status}`);
  return (
    `| ${name} | ${count(Math.max(...requests))} | ${secondsOf(requests.length)} | ${errors.join(", ") || "0"} | ` +
    `${msOf(answerMs.p50)} | ${msOf(answerMs.p95)} | ${msOf(answerMs.most)} |`
  );
}

function simulatedRow(pages: number): string {
  const delays = simulateDelays(pages);
  const windows = perWindow(delays).length;
  return (
    `| ${count(pages)} | ${secondsOf(windows)} | ${(pages / windows).toFixed(0)} | ${peakOf(delays)} | ` +
    `${count(peakOf(simulateDelays(pages, 0)))} |`
  );
}

/** Of windows. */
function secondsOf(windows: number): string {
  return `${(windows / 10).toFixed(1)} s`;
}

function mbOf(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function count(number: number): string {
  return number.toLocaleString("en");
}

function msOf(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${count(Math.round(ms))} ms`;
}
