import { type Output } from "../io.ts";
import { type LocalIssuer } from "../issuer/local-issuer.ts";
import { type Cerbos } from "../pdp/cerbos.ts";
import { pdpLogMessage } from "../pdp/pdp-log.ts";
import { startPdpProcess } from "../pdp/pdp-process.ts";
import { type Child } from "../programs/child.ts";
import { type Supervisor } from "../programs/supervisor.ts";
import { pdpGlobals } from "./pdp-globals.ts";
import { type DevSettings } from "./settings.ts";

/** Returns the URL of the PDP. */
export function pdpUrl({ pdpPort }: DevSettings): string {
  return `http://127.0.0.1:${pdpPort.port}`;
}

/** Starts a PDP for tokens of the issuer, and again whenever it ends. Resolves when it answers. */
export function startDevPdp(
  supervisor: Supervisor,
  settings: DevSettings,
  issuer: LocalIssuer,
  cerbos: Cerbos,
  output: Output,
): Promise<void> {
  const print = (text: string): void => void output.write(`${text}\n`);
  const onLine = (line: string): void => {
    const message = pdpLogMessage(line);
    if (message !== undefined) print(message);
  };
  const launch = (): Child =>
    startPdpProcess(
      {
        policies: settings.policyFolder,
        jwksUrl: `${issuer.url}/.well-known/jwks`,
        globals: pdpGlobals(issuer.url, issuer.config, settings.behindGateway),
        watchForChanges: true,
      },
      { port: settings.pdpPort.port, grpcPort: settings.pdpGrpcPort?.port },
      { cerbos, onLine },
    );
  return supervisor.start(launch, `${pdpUrl(settings)}/_cerbos/health`, {
    onRestart: (reason) => print(`${reason}\nStarting it again.`),
    onBack: (name) => print(`The ${name} answers again.`),
  });
}
