import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Child, startChild } from "../programs/child.ts";
import { type Cerbos, findCerbos } from "./cerbos.ts";
import { pdpConfig, type PdpSettings } from "./pdp-config.ts";

/** The ports of a PDP on this machine. */
export interface PdpPorts {
  /** The HTTP port. */
  readonly port: number;
  /** The gRPC port. Default: none, gRPC listens on a socket file. */
  readonly grpcPort?: number | undefined;
}

/** Options of {@link startPdpProcess}. */
export interface PdpProcessOptions {
  /** Its name in messages. Default: PDP. */
  readonly name?: string;
  /** Called with each line of its log. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** The Cerbos to start. Default: the one that {@link findCerbos} finds. */
  readonly cerbos?: Cerbos;
}

/**
 * Starts a PDP on the loopback address and does not wait for it. Its temporary folder is deleted when it ends, or when
 * this process ends.
 */
export function startPdpProcess(settings: PdpSettings, ports: PdpPorts, options: PdpProcessOptions = {}): Child {
  const { name = "PDP", onLine, cerbos = findCerbos() } = options;
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-pdp-"));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeFolder);
  const file = join(folder, "cerbos.json");
  const addresses = {
    http: `127.0.0.1:${ports.port}`,
    grpc: ports.grpcPort === undefined ? `unix:${join(folder, "grpc.sock")}` : `127.0.0.1:${ports.grpcPort}`,
  };
  writeFileSync(file, JSON.stringify(pdpConfig(settings, addresses, cerbos.version), undefined, 2));
  const child = startChild({
    name,
    command: cerbos.path,
    args: ["server", `--config=${file}`],
    env: withoutCerbosVariables(process.env),
    ...(onLine === undefined ? {} : { onLine }),
  });
  void child.exited.then(removeFolder).finally(() => process.off("exit", removeFolder));
  return child;
}

/** Returns the environment without variables that would override the configuration or send traces elsewhere. */
function withoutCerbosVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(CERBOS|OTEL)_/.test(name)));
}
