import { cerbosVersion, isAtLeast } from "./cerbos.ts";

/** The settings of a PDP that differ between PDPs. */
export interface PdpSettings {
  /** The folder of the policies. */
  readonly policies: string;
  /** The URL of the issuer's JWKS. The PDP starts only if it can be reached. */
  readonly jwksUrl: string;
  /** How often the JWKS is fetched again, as a Cerbos duration. Default: `2s`, for an issuer on this machine. */
  readonly jwksRefreshInterval?: string;
  /** `engine.globals`, which tell `@kinde-cerbos/policies` which tokens are valid. */
  readonly globals: PdpGlobals;
  /** Origins whose pages may call the PDP. Default: none, as pages call it through their own server. */
  readonly corsOrigins?: readonly string[];
  /** The limits of a request. Default: Cerbos' own, 50 and 50. At most 500. */
  readonly requestLimits?: { readonly maxResourcesPerRequest?: number; readonly maxActionsPerResource?: number };
  /**
   * `engine.strictEvaluation`: a condition that fails with an error denies the action, also in a DENY rule. Default:
   * true. Ignored by Cerbos before 0.55, which does not have this setting.
   */
  readonly strictEvaluation?: boolean;
  /** Whether to load policies again when a file changes. Default: false. */
  readonly watchForChanges?: boolean;
  /** Whether to log each decision, with its request. Default: false. */
  readonly audit?: boolean;
  /** The user of the admin API, which can also load the policies again. Default: none, it is off. */
  readonly admin?: PdpAdmin;
}

/** The one user of a PDP's admin API. */
interface PdpAdmin {
  /** The name of its user. */
  readonly username: string;
  /** The bcrypt hash of the password, such as `$2b$10$…`. */
  readonly passwordHash: string;
}

/** The settings of the policies for Kinde tokens. */
interface PdpGlobals {
  /** Your Kinde domain, which issues the tokens. */
  readonly issuer: string;
  /** The client id of the application, or several. */
  readonly clientId: string | readonly string[];
  /** The API that a token with an audience must be for, or several. Default: any. */
  readonly audience?: string | readonly string[];
  /** Whether only a gateway reaches the PDP, so that the principal's entitlements can be trusted. Default: false. */
  readonly behindGateway?: boolean;
}

/** Where the PDP listens, as `host:port` or `unix:path`. */
export interface PdpAddresses {
  readonly http: string;
  readonly grpc: string;
}

/** Returns the configuration for this version of Cerbos, as an object: Cerbos reads JSON as YAML. */
export function pdpConfig(settings: PdpSettings, addresses: PdpAddresses, version: string): object {
  const {
    corsOrigins = [],
    requestLimits,
    admin,
    watchForChanges = false,
    audit = false,
    strictEvaluation = true,
  } = settings;
  const { jwksUrl, jwksRefreshInterval = "2s" } = settings;
  return {
    server: {
      httpListenAddr: addresses.http,
      grpcListenAddr: addresses.grpc,
      cors:
        corsOrigins.length === 0
          ? { disabled: true }
          : {
              allowedOrigins: corsOrigins,
              allowedHeaders: ["content-type", "accept", "user-agent", "x-requested-with", "authorization"],
            },
      ...(requestLimits === undefined ? {} : { requestLimits }),
      ...(admin && {
        adminAPI: {
          enabled: true,
          adminCredentials: {
            username: admin.username,
            passwordHash: Buffer.from(admin.passwordHash).toString("base64"),
          },
        },
      }),
    },
    auxData: {
      jwt: {
        // As at the gateway.
        acceptableTimeSkew: "5s",
        // Before 0.53, Cerbos caches verified tokens by their signature alone: after a genuine token, a forged one
        // with the same signature is accepted. -1 turns that cache off. Newer versions have no cache, and warn of the
        // setting.
        ...(!isAtLeast("0.53.0", version) && { cacheSize: -1 }),
        keySets: [{ id: "kinde", remote: { url: jwksUrl, refreshInterval: jwksRefreshInterval } }],
      },
    },
    engine: {
      globals: settings.globals,
      // Older versions do not start with this setting.
      ...(hasStrictEvaluation(version) && { strictEvaluation }),
    },
    schema: { enforcement: "reject" },
    storage: { driver: "disk", disk: { directory: settings.policies, watchForChanges } },
    telemetry: { disabled: true },
    ...(audit && {
      audit: {
        enabled: true,
        accessLogsEnabled: false,
        decisionLogsEnabled: true,
        backend: "file",
        file: { path: "stdout" },
      },
    }),
  };
}

/** Returns the arguments of `cerbos compile` for each evaluation mode of the Cerbos in use, the strict one last. */
export function evaluationModes(): readonly string[][] {
  return hasStrictEvaluation() ? [[], ["--strict-evaluation"]] : [[]];
}

/** Whether a version of Cerbos has `engine.strictEvaluation`. Default: the version in use. */
export function hasStrictEvaluation(version: string = cerbosVersion()): boolean {
  return isAtLeast("0.55.0", version);
}
