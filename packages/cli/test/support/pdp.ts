import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyDirectory, schemaDirectory } from "@kinde-cerbos/policies";
import { findCerbos, freePort, startChild, waitUntilHealthy } from "../../src/internal.ts";
import { HAS_STRICT_EVALUATION } from "./cerbos.ts";

/** The conditions that a policy must have, by the claim they compare. */
const ASSERTIONS = {
  iss: "request.aux_data.jwt.iss == globals.issuer",
  azp: "request.aux_data.jwt.azp == globals.clientId",
  sub: "request.aux_data.jwt.sub == request.principal.id",
} as const;

/** The settings of a PDP that differ from a correct configuration. */
export interface PdpSettings {
  /** `auxData.jwt`; null for none. Default: the issuer's keys, and no cache. */
  readonly jwt?: { readonly [name: string]: unknown } | null;
  /** `server.cors`. Default: the one origin. */
  readonly cors?: { readonly [name: string]: unknown };
  /** `server.requestLimits`. Default: Cerbos' own. */
  readonly requestLimits?: { readonly [name: string]: number };
  /** `schema.enforcement`. Default: reject. */
  readonly enforcement?: "none" | "warn" | "reject";
  /**
   * The conditions of a policy of kinde_doctor without outputs, as in older versions of the policies for Kinde tokens;
   * null for no policy. Default: the policies for Kinde tokens are loaded.
   */
  readonly asserts?: readonly (keyof typeof ASSERTIONS)[] | null;
  /** Whether that older policy has a schema. Default: true. */
  readonly schema?: boolean;
  /** `engine.strictEvaluation`. Default: true, on a Cerbos that knows it. */
  readonly strictEvaluation?: boolean;
  /** More policies, by file name. */
  readonly policies?: { readonly [file: string]: object };
  /** `engine.globals`. Default: those of the issuer and its application. */
  readonly globals?: { readonly [name: string]: string | readonly string[] };
}

/** The issuer, application and origin that all PDPs of a test are configured for. */
export interface PdpWorld {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly origin: string;
}

/** A running PDP. */
export interface RunningPdp {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a real PDP with a policy for the doctor. The configuration is correct, except for `settings`. */
export async function startPdp(world: PdpWorld, settings: PdpSettings = {}): Promise<RunningPdp> {
  const folder = mkdtempSync(join(tmpdir(), "kinde-cerbos-doctor-"));
  const port = await freePort();
  const file = join(folder, "cerbos.json");
  writePolicies(join(folder, "policies"), settings);
  writeFileSync(file, JSON.stringify(config(world, settings, folder, port)));
  const child = startChild({ name: "PDP", command: findCerbos().path, args: ["server", `--config=${file}`] });
  const stop = async (): Promise<void> => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitUntilHealthy(child, `${url}/_cerbos/health`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

function config(world: PdpWorld, settings: PdpSettings, folder: string, port: number): object {
  const keySets = [{ id: "kinde", remote: { url: world.jwksUrl } }];
  const { jwt = { cacheSize: -1, keySets }, requestLimits } = settings;
  return {
    server: {
      httpListenAddr: `127.0.0.1:${port}`,
      grpcListenAddr: `unix:${join(folder, "grpc.sock")}`,
      cors: settings.cors ?? { allowedOrigins: [world.origin], allowedHeaders: ["content-type", "authorization"] },
      ...(requestLimits && { requestLimits }),
    },
    ...(jwt && { auxData: { jwt: { keySets, ...jwt } } }),
    engine: {
      globals: settings.globals ?? { issuer: world.issuer, clientId: world.clientId },
      ...(HAS_STRICT_EVALUATION && { strictEvaluation: settings.strictEvaluation ?? true }),
    },
    schema: { enforcement: settings.enforcement ?? "reject" },
    storage: { driver: "disk", disk: { directory: join(folder, "policies") } },
    telemetry: { disabled: true },
  };
}

function writePolicies(folder: string, { asserts, schema = true, policies = {} }: PdpSettings): void {
  mkdirSync(join(folder, "_schemas"), { recursive: true });
  writeFileSync(join(folder, "_schemas/nothing.json"), JSON.stringify({ type: "object", additionalProperties: false }));
  const policy = (kind: string, condition: string): object => ({
    apiVersion: "api.cerbos.dev/v1",
    resourcePolicy: {
      resource: kind,
      version: "default",
      ...(schema && { schemas: { resourceSchema: { ref: "cerbos:///nothing.json" } } }),
      rules: [{ actions: ["probe"], effect: "EFFECT_ALLOW", roles: ["*"], condition: { match: { expr: condition } } }],
    },
  });
  // JSON is YAML.
  writeFileSync(join(folder, "document.yaml"), JSON.stringify(policy("document", "false")));
  for (const [file, content] of Object.entries(policies)) writeFileSync(join(folder, file), JSON.stringify(content));
  if (asserts === undefined) {
    cpSync(policyDirectory, join(folder, "kinde"), { recursive: true });
    cpSync(schemaDirectory, join(folder, "_schemas/kinde"), { recursive: true });
  }
  if (asserts === undefined || asserts === null) return;
  const expr = asserts.length === 0 ? "true" : asserts.map((name) => ASSERTIONS[name]).join(" && ");
  writeFileSync(join(folder, "doctor.yaml"), JSON.stringify(policy("kinde_doctor", expr)));
}
