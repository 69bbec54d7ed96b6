import { fileURLToPath } from "node:url";
import { freePort } from "@kinde-cerbos/cli/internal";
// What looks at programs from outside is no part of what the package publishes.
import { type Run, runNode } from "../../../packages/cli/test/support/node-run.ts";

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

/** Starts the demo. */
export function runDemo(env: Record<string, string>): Run {
  return runNode([fileURLToPath(new URL("../stack/demo.ts", import.meta.url))], { ...NO_OWN_KINDE, ...env });
}
