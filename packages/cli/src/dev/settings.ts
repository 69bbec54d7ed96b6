import { resolve } from "node:path";
import { type Io } from "../io.ts";
import { readPort } from "../port-option.ts";
import { type PortSetting, samePortMessage } from "../programs/port-setting.ts";
import { UsageError } from "../usage-error.ts";
import { type AppCommand } from "./app.ts";

/** Options of `kinde-cerbos dev`, as typed. */
export interface DevOptions {
  readonly policies: string;
  readonly config: string;
  readonly issuerPort: string;
  readonly pdpPort: string;
  readonly pdpGrpcPort?: string;
  readonly behindGateway?: boolean;
  readonly out: string;
  readonly typegen: boolean;
  /** The program that starts the app, and its arguments. Empty if there is none. */
  readonly command: readonly string[];
}

/** The checked options of `kinde-cerbos dev`. */
export interface DevSettings {
  /** The folder of the policies, as typed. */
  readonly policies: string;
  /** The same, absolute. */
  readonly policyFolder: string;
  /** The config of the local Kinde, as typed. */
  readonly config: string;
  readonly issuerPort: PortSetting;
  readonly pdpPort: PortSetting;
  readonly pdpGrpcPort: PortSetting | undefined;
  readonly behindGateway: boolean;
  /** The file of types; `undefined` for none. */
  readonly out: string | undefined;
  readonly app: AppCommand | undefined;
}

/**
 * Checks the options.
 *
 * @throws UsageError for an invalid port, or one that is used twice
 */
export function readDevOptions(options: DevOptions, { cwd }: Io): DevSettings {
  const { policies, config, out, typegen, pdpGrpcPort, behindGateway = false } = options;
  const [command, ...args] = options.command;
  const settings = {
    policies,
    policyFolder: resolve(cwd, policies),
    config,
    issuerPort: readPort("--issuer-port", options.issuerPort, "local Kinde"),
    pdpPort: readPort("--pdp-port", options.pdpPort, "PDP"),
    pdpGrpcPort: pdpGrpcPort === undefined ? undefined : readPort("--pdp-grpc-port", pdpGrpcPort, "PDP's gRPC"),
    behindGateway,
    out: typegen ? out : undefined,
    app: command === undefined ? undefined : { command, args },
  };
  const problem = samePortMessage(portsOf(settings));
  if (problem !== undefined) throw new UsageError(problem);
  return settings;
}

/** Returns all ports that are used. */
export function portsOf({ issuerPort, pdpPort, pdpGrpcPort }: DevSettings): PortSetting[] {
  return [issuerPort, pdpPort, ...(pdpGrpcPort === undefined ? [] : [pdpGrpcPort])];
}
