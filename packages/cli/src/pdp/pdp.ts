import type { Child } from "../programs/child.ts";
import { waitUntilHealthy } from "../programs/health.ts";
import { freePort, isPortFree } from "../programs/ports.ts";
import { ProgramError } from "../programs/program-error.ts";
import type { PdpSettings } from "./pdp-config.ts";
import { startPdpProcess } from "./pdp-process.ts";

/** Options of {@link startPdp}. */
export interface PdpOptions extends PdpSettings {
  /** The HTTP port on the loopback address. Default: 0, a free one. */
  readonly port?: number;
  /** The gRPC port on the loopback address. Default: none. */
  readonly grpcPort?: number;
}

/** A running Cerbos PDP. */
export interface Pdp {
  /** Its URL, without a slash at the end. */
  readonly url: string;
  /** The HTTP port. */
  readonly port: number;
  /** Stops it. Resolves when the process has ended. */
  stop(): Promise<void>;
  /** Stops it if it runs, and starts it again on the same port, with empty caches. */
  restart(): Promise<void>;
  /** Returns the last 20 lines of its log, oldest first. Only the log says why a token was refused. */
  logs(): readonly string[];
}

const ATTEMPTS = 5;

/**
 * Starts a real PDP and waits until it answers.
 *
 * @throws ProgramError with its last log lines if it does not start, for example if policies do not compile, the JWKS
 *   cannot be reached, or a port is taken
 */
export async function startPdp({ port: wanted = 0, ...options }: PdpOptions): Promise<Pdp> {
  let { child, port } = wanted === 0 ? await startAnywhere(options) : await startAt(options, wanted);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: () => child.stop(),
    async restart() {
      await child.stop();
      ({ child } = await startAt(options, port));
    },
    logs: () => child.lastLines(),
  };
}

type StartOptions = Omit<PdpOptions, "port">;

interface Started {
  readonly child: Child;
  readonly port: number;
}

async function startAt({ grpcPort, ...settings }: StartOptions, port: number): Promise<Started> {
  const ports = { port, ...(grpcPort !== undefined && { grpcPort }) };
  for (const wanted of Object.values(ports)) {
    // Cerbos sets SO_REUSEPORT: a second PDP on the same port starts without an error, and gets half of the requests.
    if (!(await isPortFree(wanted))) throw new ProgramError(`The PDP cannot start: port ${wanted} is taken.`);
  }
  const child = startPdpProcess(settings, ports);
  try {
    await waitUntilHealthy(child, `http://127.0.0.1:${port}/_cerbos/health`);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { child, port };
}

/** Starts on a free port. Tries again if another program takes the port before the PDP does. */
async function startAnywhere(options: StartOptions): Promise<Started> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return await startAt(options, port);
    } catch (error) {
      const lost = error instanceof Error && /is taken|address already in use/.test(error.message);
      if (!lost || attempt === ATTEMPTS) throw error;
    }
  }
}
