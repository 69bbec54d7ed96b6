import { resolve } from "node:path";
import { type Io } from "../io.ts";
import { readOrigin } from "../origin-option.ts";
import { readPort } from "../port-option.ts";
import { refuseTakenPorts } from "../programs/port-setting.ts";
import { readKindeFile } from "./kinde-file.ts";
import { startLocalIssuer } from "./local-issuer.ts";
import { signInLines } from "./people.ts";

/** Options of `kinde-cerbos issuer`, as typed. */
export interface IssuerOptions {
  readonly config: string;
  readonly port: string;
  readonly origin?: readonly string[];
}

/**
 * `kinde-cerbos issuer`: runs only the local Kinde, until it is interrupted. Progress goes to stdout, problems with the
 * config to stderr.
 *
 * @throws UsageError, ProgramError
 */
export async function issuer({ config: file, port, origin = [] }: IssuerOptions, io: Io): Promise<number> {
  const listen = readPort("--port", port, "local Kinde");
  const origins = origin.map(readOrigin);
  const interrupted = io.interrupted();
  await refuseTakenPorts([listen]);
  await readKindeFile(file, io.cwd, origins);
  const print = (line: string): void => void io.stdout.write(`${line}\n`);
  await using local = await startLocalIssuer({
    file: resolve(io.cwd, file),
    read: () => readKindeFile(file, io.cwd, origins),
    port: listen.port,
    project: io.cwd,
    log: print,
    warn: (message) => void io.stderr.write(`${message}\n`),
  });
  print(`Use ${local.url} as your app's Kinde domain. The keys for your PDP: ${local.url}/.well-known/jwks`);
  signInLines(local.config).forEach(print);
  print("Ctrl-C stops it.");
  io.stderr.write(`Stopping: ${await interrupted}.\n`);
  return 0;
}
