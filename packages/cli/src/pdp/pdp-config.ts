import { cerbosVersion, isAtLeast } from "./cerbos.ts";

/** What differs from one PDP to the next. */
export interface PdpSettings {
  /** Folder of the policies. */
  readonly policies: string;
  /** The issuer's JWKS. The PDP does not start while it cannot be reached. */
  readonly jwksUrl: string;
  /** How often the JWKS is read again, as Cerbos writes durations. Default: `2s`, for an issuer on this machine. */
  readonly jwksRefreshInterval?: string;
  /** `engine.globals`, which `@kinde-cerbos/policies` reads: whose tokens count. */
  readonly globals: PdpGlobals;
  /** Origins that may ask from a browser. Default: none, as a page asks through its own server. */
  readonly corsOrigins?: readonly string[];
  /** Default: Cerbos' own, 50 and 50. At most 500. */
  readonly requestLimits?: { readonly maxResourcesPerRequest?: number; readonly maxActionsPerResource?: number };
  /**
   * `engine.strictEvaluation`: a condition that fails with an error denies, in a DENY rule too. Default: true, on a
   * Cerbos that knows it, which is 0.55 and newer.
   */
  readonly strictEvaluation?: boolean;
  /** Load policies again when a file changes. Default: false. */
  readonly watchForChanges?: boolean;
  /** Writes each decision into the log, with all that was asked. Default: false. */
  readonly audit?: boolean;
  /** Who may use the admin API, which can also load the policies again. Default: nobody, it is off. */
  readonly admin?: PdpAdmin;
}

/** The one user of a PDP's admin API. */
interface PdpAdmin {
  /** The name of its user. */
  readonly username: string;
  /** Of bcrypt, such as `$2b$10$…`. */
  readonly passwordHash: string;
}

/** What the policies for Kinde tokens are told. */
interface PdpGlobals {
  /** Your Kinde domain, which issues the tokens. */
  readonly issuer: string;
  /** One application, or several. */
  readonly clientId: string | readonly string[];
  /** The API that a token is for, where it names any, or several. Default: not asked. */
  readonly audience?: string | readonly string[];
  /** Whether nobody but a gateway reaches the PDP, so that entitlements of the principal count. Default: false. */
  readonly behindGateway?: boolean;
}

/** Where the PDP listens, as `host:port` or `unix:path`. */
export interface PdpAddresses {
  readonly http: string;
  readonly grpc: string;
}

/** The configuration of Cerbos of this version, as an object: JSON is YAML. */
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
        acceptableTimeSkew: "2s",
        // Before 0.53, Cerbos keeps verified tokens by their signature alone: after one genuine token, a forged one
        // with its signature is accepted. -1 turns that cache off; newer versions have none and take the setting.
        cacheSize: -1,
        keySets: [{ id: "kinde", remote: { url: jwksUrl, refreshInterval: jwksRefreshInterval } }],
      },
    },
    engine: {
      globals: settings.globals,
      // An older Cerbos does not start with a setting that it does not know.
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

/** What `cerbos compile` is told for each mode of evaluation that the Cerbos in use has, the strict one last. */
export function evaluationModes(): readonly string[][] {
  return hasStrictEvaluation() ? [[], ["--strict-evaluation"]] : [[]];
}

/** Whether a Cerbos knows `engine.strictEvaluation`. Default: the one in use. */
export function hasStrictEvaluation(version: string = cerbosVersion()): boolean {
  return isAtLeast("0.55.0", version);
}
