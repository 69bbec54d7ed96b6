import { parsePort, type PortSetting, samePortMessage } from "@kinde-cerbos/cli/internal";

/** The variables that move the demo to other ports, and their defaults. */
const VARIABLES = {
  DEMO_PORT: { default: 5173, program: "page" },
  DEMO_ISSUER_PORT: { default: 4005, program: "issuer" },
  DEMO_PDP_PORT: { default: 3592, program: "PDP" },
  DEMO_PDP_GRPC_PORT: { default: 3593, program: "PDP's gRPC" },
  DEMO_DIRECT_PDP_PORT: { default: 3594, program: "PDP that the page calls directly" },
} as const;

type Variable = keyof typeof VARIABLES;

/** The ports of the demo's programs. */
export interface DemoSettings {
  readonly page: PortSetting;
  readonly issuer: PortSetting;
  /** Behind the gateway and the API: nothing else calls it. */
  readonly pdp: PortSetting;
  readonly pdpGrpc: PortSetting;
  /** For the page itself. */
  readonly directPdp: PortSetting;
}

/** Reads the ports from the environment. Throws, naming the variable, for what is no port and for one used twice. */
export function readSettings(env: NodeJS.ProcessEnv): DemoSettings {
  const settings = {
    page: readPort(env, "DEMO_PORT"),
    issuer: readPort(env, "DEMO_ISSUER_PORT"),
    pdp: readPort(env, "DEMO_PDP_PORT"),
    pdpGrpc: readPort(env, "DEMO_PDP_GRPC_PORT"),
    directPdp: readPort(env, "DEMO_DIRECT_PDP_PORT"),
  };
  const problem = samePortMessage(Object.values(settings));
  if (problem !== undefined) throw new Error(problem);
  return settings;
}

function readPort(env: NodeJS.ProcessEnv, setting: Variable): PortSetting {
  const { default: fallback, program } = VARIABLES[setting];
  const text = env[setting]?.trim() || String(fallback);
  const port = parsePort(text);
  if (port === undefined) throw new Error(`${setting} is "${text}". It takes a port: a number from 1 to 65535.`);
  return { setting, program, port };
}
