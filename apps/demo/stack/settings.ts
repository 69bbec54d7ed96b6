/** The variables that move the demo to other ports, and their defaults. */
const VARIABLES = {
  DEMO_PORT: { default: 5173, program: "page" },
  DEMO_ISSUER_PORT: { default: 4005, program: "issuer" },
  DEMO_PDP_PORT: { default: 3592, program: "PDP" },
  DEMO_PDP_GRPC_PORT: { default: 3593, program: "PDP's gRPC" },
  DEMO_DIRECT_PDP_PORT: { default: 3594, program: "PDP that the page asks directly" },
} as const;

type Variable = keyof typeof VARIABLES;

/** A port of the demo, and how to move it. */
export interface PortSetting {
  readonly variable: string;
  /** What listens there, for messages. */
  readonly program: string;
  readonly port: number;
}

/** Where the demo's programs listen. */
export interface DemoSettings {
  readonly page: PortSetting;
  readonly issuer: PortSetting;
  /** Behind the gateway and the API: nobody else asks it. */
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
  const seen = new Map<number, string>();
  for (const { port, variable } of Object.values(settings)) {
    const other = seen.get(port);
    if (other !== undefined) throw new Error(`${other} and ${variable} are both ${port}. Give each its own port.`);
    seen.set(port, variable);
  }
  return settings;
}

function readPort(env: NodeJS.ProcessEnv, variable: Variable): PortSetting {
  const { default: fallback, program } = VARIABLES[variable];
  const text = env[variable]?.trim() || String(fallback);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new Error(`${variable} is "${text}". It takes a port: a number from 1 to 65535.`);
  }
  return { variable, program, port };
}

/** One line for each port that is in use, with the variable that changes it. */
export function takenPortsMessage(taken: readonly PortSetting[]): string {
  const lines = taken.map(
    ({ port, program, variable }) =>
      `Port ${port}, for the ${program}, is taken. Stop what uses it, or set ${variable} to another port.`,
  );
  return lines.join("\n");
}
