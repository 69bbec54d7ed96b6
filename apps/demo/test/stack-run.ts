import { fileURLToPath } from "node:url";
import { freePort } from "@kinde-cerbos/cli/internal";
// What looks at programs from outside is no part of what the package publishes.
import { type Run, runNode } from "../../../packages/cli/test/support/node-run.ts";
import { type ProcessInfo } from "../../../packages/cli/test/support/processes.ts";

/** The ports of one demo, by their variables. */
export type DemoPorts = Record<
  "DEMO_PORT" | "DEMO_ISSUER_PORT" | "DEMO_PDP_PORT" | "DEMO_PDP_GRPC_PORT" | "DEMO_DIRECT_PDP_PORT",
  string
>;

/** Ports that nothing uses, so that tests run beside a demo and beside each other. */
export async function demoPorts(): Promise<DemoPorts> {
  return {
    DEMO_PORT: String(await freePort()),
    DEMO_ISSUER_PORT: String(await freePort()),
    DEMO_PDP_PORT: String(await freePort()),
    DEMO_PDP_GRPC_PORT: String(await freePort()),
    DEMO_DIRECT_PDP_PORT: String(await freePort()),
  };
}

/** What chooses a Kinde of one's own. Empty, it also hides what is in a file of this machine. */
const NO_OWN_KINDE = { KINDE_DOMAIN: "", KINDE_CLIENT_ID: "", KINDE_AUDIENCE: "", CERBOS_PDP: "" };

const demos: Run[] = [];

/** Starts the demo. {@link endDemos} ends it. */
export function runDemo(env: Record<string, string>): Run {
  const run = runNode([fileURLToPath(new URL("../stack/demo.ts", import.meta.url))], { ...NO_OWN_KINDE, ...env });
  demos.push(run);
  return run;
}

/** A demo that says it runs, and all of its processes. */
export async function startDemo(): Promise<{ run: Run; ports: DemoPorts; children: ProcessInfo[] }> {
  const ports = await demoPorts();
  const run = runDemo(ports);
  await run.wrote(`http://localhost:${ports.DEMO_PORT}`);
  return { run, ports, children: run.children() };
}

/** Ends all that a test has started. */
export async function endDemos(): Promise<void> {
  for (const run of demos.splice(0)) {
    run.kill("SIGTERM");
    await run.ended;
  }
}
