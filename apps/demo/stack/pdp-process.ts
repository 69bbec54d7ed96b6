import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cerbosBinary } from "./cerbos-binary.ts";
import { startChild, type Child } from "./child.ts";
import { pdpConfig, type PdpSettings } from "./pdp-config.ts";

/** Where a PDP listens on this machine. */
export interface PdpPorts {
  readonly port: number;
  /** Default: no port; gRPC then listens on a socket file. */
  readonly grpcPort?: number;
}

/** Starts a PDP on the loopback address and does not wait for it. Its folder goes when it ends. */
export function startPdpProcess(
  settings: PdpSettings,
  ports: PdpPorts,
  onLine?: (line: string) => void,
  name = "PDP",
): Child {
  const binary = cerbosBinary();
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-pdp-"));
  const file = join(folder, "cerbos.json");
  const addresses = {
    http: `127.0.0.1:${ports.port}`,
    grpc: ports.grpcPort === undefined ? `unix:${join(folder, "grpc.sock")}` : `127.0.0.1:${ports.grpcPort}`,
  };
  writeFileSync(file, JSON.stringify(pdpConfig(settings, addresses), undefined, 2));
  const child = startChild({
    name,
    command: binary,
    args: ["server", `--config=${file}`],
    env: withoutCerbosVariables(process.env),
    ...(onLine === undefined ? {} : { onLine }),
  });
  void child.exited.then(() => rmSync(folder, { recursive: true, force: true }));
  return child;
}

/** The same environment, but for what would override the configuration or send traces elsewhere. */
function withoutCerbosVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(CERBOS|OTEL)_/.test(name)));
}
