import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Io } from "../io.ts";
import { readKindeFile } from "../issuer/kinde-file.ts";
import { type LocalIssuer, startLocalIssuer } from "../issuer/local-issuer.ts";
import { signInLines } from "../issuer/people.ts";
import { findCerbos } from "../pdp/cerbos.ts";
import { prefixed } from "../prefixed.ts";
import { refuseTakenPorts } from "../programs/port-setting.ts";
import { createSupervisor, type Supervisor } from "../programs/supervisor.ts";
import { runApp } from "./app.ts";
import { pdpUrl, startDevPdp } from "./dev-pdp.ts";
import { pdpGlobals } from "./pdp-globals.ts";
import { checkPolicies, watchPolicies } from "./policy-types.ts";
import { takenRedirectPorts } from "./redirect-ports.ts";
import { type DevOptions, type DevSettings, portsOf, readDevOptions } from "./settings.ts";

/**
 * `kinde-cerbos dev`: runs a local Kinde, a PDP, and the app if there is a command for it, until it is interrupted.
 * Their output goes to stdout, each line with a prefix.
 *
 * @throws UsageError, ProgramError
 */
export async function dev(options: DevOptions, io: Io): Promise<number> {
  const settings = readDevOptions(options, io);
  const supervisor = createSupervisor();
  let isInterrupted = false;
  const interrupted = io
    .interrupted(() => supervisor.kill())
    .then((reason) => {
      isInterrupted = true;
      io.stderr.write(`Stopping: ${reason}.\n`);
      return supervisor.stop();
    });
  try {
    return await run(settings, io, supervisor, interrupted);
  } catch (error) {
    // After an interruption, programs that were still starting fail. That is not an error.
    if (isInterrupted) return 0;
    throw error;
  }
}

async function run(settings: DevSettings, io: Io, supervisor: Supervisor, interrupted: Promise<void>): Promise<number> {
  // Check everything before anything is started.
  const cerbos = findCerbos(io);
  await refuseTakenPorts(portsOf(settings), "If you change a port, change it in your app's settings too.");
  const kinde = await readKindeFile(settings.config, io.cwd);
  if (!(await checkPolicies(settings, io))) return 1;
  const warnings = settings.app ? await takenRedirectPorts(kinde, settings.config) : [];

  await using issuer = await startIssuer(settings, io);
  try {
    await startDevPdp(supervisor, settings, issuer, cerbos, prefixed(io.stdout, "pdp"));
    await using policies = watchPolicies(settings, io);
    io.stdout.write(`${readyLines(settings, issuer).join("\n")}\n`);
    for (const warning of warnings) io.stderr.write(`${warning}\n`);
    const ends = [interrupted.then(() => 0), supervisor.failure, policies.failure];
    if (settings.app) ends.push(runApp(supervisor, settings.app, io));
    return await Promise.race(ends);
  } finally {
    // Before the issuer, which the programs call.
    await supervisor.stop();
  }
}

function startIssuer({ config, issuerPort, behindGateway }: DevSettings, io: Io): Promise<LocalIssuer> {
  const output = prefixed(io.stdout, "issuer");
  const print = (text: string): void => void output.write(`${text}\n`);
  let known: LocalIssuer["config"] | undefined;
  const read = async (): Promise<LocalIssuer["config"]> => {
    const now = await readKindeFile(config, io.cwd);
    const [before, after] = [known ?? now, now].map((each) => pdpGlobals("", each, behindGateway));
    if (!isDeepStrictEqual(before, after)) {
      print("The applications have changed. Start this command again, so that the PDP accepts their tokens.");
    }
    known ??= now;
    return now;
  };
  return startLocalIssuer({
    file: resolve(io.cwd, config),
    read,
    port: issuerPort.port,
    project: io.cwd,
    log: print,
    warn: print,
  });
}

/** Returns lines with the addresses, and the people to sign in as. */
function readyLines(settings: DevSettings, issuer: LocalIssuer): string[] {
  const { pdpGrpcPort } = settings;
  return [
    "",
    `Local Kinde, your app's Kinde domain: ${issuer.url}`,
    `PDP: ${pdpUrl(settings)}${pdpGrpcPort === undefined ? "" : `, gRPC 127.0.0.1:${pdpGrpcPort.port}`}`,
    ...signInLines(issuer.config),
    "Ctrl-C stops everything.",
    "",
  ];
}
