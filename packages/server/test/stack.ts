// The demo's programs, policies, people and documents, by their paths: the demo is built on this package, so it can
// be no dependency of it.
import { fileURLToPath } from "node:url";
import { type LocalKinde, startLocalKinde } from "@kinde-cerbos/local-kinde";
import { CLIENT_ID, kindeConfig } from "../../../apps/demo/stack/kinde-config.ts";
import {
  type Child,
  describeExit,
  freePort,
  type Pdp,
  type PdpOptions,
  type PdpSettings,
  startChild,
  startPdp,
  startPdpProcess,
  waitUntilHealthy,
} from "../../cli/src/internal.ts";

export { ACTIONS, documentResource, documents } from "../../../apps/demo/data/documents.ts";
export { oracle } from "../../../apps/demo/test/oracle.ts";
export { CLIENT_ID, type Pdp };

/** The audience of the demo's application. */
export const AUDIENCE = "https://documents.example.com";

/** An administrator, an editor and a member. */
export const mara = { person: "kp_mara", organization: "org_aurora" };
export const jonas = { person: "kp_jonas", organization: "org_aurora" };
export const tomas = { person: "kp_tomas", organization: "org_aurora" };

/** A real issuer with the demo's people. */
export const startIssuer = async (): Promise<LocalKinde> =>
  startLocalKinde({ config: await kindeConfig("http://localhost:5173") });

/** A real PDP with the demo's policies, for tokens of the issuer. */
export const startPdpFor = (kinde: LocalKinde, options: Partial<PdpOptions> = {}): Promise<Pdp> =>
  startPdp({ ...settingsFor(kinde), ...options });

/** Settings of a PDP with the demo's policies, for tokens of the issuer. */
export const settingsFor = (kinde: LocalKinde): PdpSettings => ({
  policies: fileURLToPath(new URL("../../../apps/demo/policies", import.meta.url)),
  jwksUrl: `${kinde.url}/.well-known/jwks`,
  globals: { issuer: kinde.url, clientId: CLIENT_ID },
});

/** A PDP that can be harmed. */
export interface RunningPdp {
  readonly url: string;
  signal(name: NodeJS.Signals): void;
  kill(): void;
  /** Starts it again on its port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A real PDP, as the process that it is. */
export async function startPdpProcessFor(kinde: LocalKinde): Promise<RunningPdp> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = async (): Promise<Child> => {
    const started = startPdpProcess(settingsFor(kinde), { port });
    await waitUntilHealthy(started, `${url}/_cerbos/health`);
    return started;
  };
  let child = await start();
  return {
    url,
    signal: (name) => void (child.pid !== undefined && process.kill(child.pid, name)),
    kill: () => child.kill(),
    async restart() {
      await child.exited;
      child = await start();
    },
    stop: () => child.stop(),
  };
}

/** An example that runs. */
export interface RunningExample {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts an example as a program of its own. It uses what the package has built. */
export async function startExample(name: string, env: { readonly [name: string]: string }): Promise<RunningExample> {
  const file = fileURLToPath(new URL(`../examples/${name}`, import.meta.url));
  const started = Promise.withResolvers<string>();
  const onLine = (line: string): void => {
    if (line.startsWith("http://")) started.resolve(line);
  };
  const child = startChild({ name, command: process.execPath, args: [file], env: { ...process.env, ...env }, onLine });
  void child.exited.then((exit) => started.reject(new Error(describeExit(child, exit))));
  return { url: await started.promise, [Symbol.asyncDispose]: () => child.stop() };
}
