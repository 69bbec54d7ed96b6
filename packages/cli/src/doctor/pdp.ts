import { type Fields, INVALID_ARGUMENT, UNAUTHENTICATED } from "@kinde-cerbos/core/internal";
import { at, listOf } from "./fields.ts";
import { describe, type Reply, request } from "./http.ts";

/** The resource kind of `doctor.yaml` in `@kinde-cerbos/policies`, which is only for the doctor. */
export const PROBE_KIND = "kinde_doctor";

/** The action of {@link PROBE_KIND} that is allowed for every valid token. */
export const PROBE_ACTION = "probe";

/** A principal id that no token has. */
export const SOMEONE_ELSE = "kinde-cerbos-doctor-someone-else";

/** A principal, as the sender of a check claims it. */
export interface Claimed {
  readonly id: string;
  readonly roles: readonly string[];
  readonly attr: Fields;
}

/** A check to send to the PDP. */
export interface ProbeCheck {
  /** The token. Default: none. */
  readonly token?: string;
  /** The principal, or only its id; its role is then `user`. */
  readonly principal: string | Claimed;
  /** The kind of the resource. Default: {@link PROBE_KIND}. */
  readonly kind?: string;
  /** The action. Default: {@link PROBE_ACTION}. */
  readonly action?: string;
  /** The id of the resource. Default: `doctor`. */
  readonly id?: string;
  /** The attributes of the resource. Default: none. */
  readonly attr?: Fields;
  /** The scope of the resource. Default: none. */
  readonly scope?: string;
  /** The policy version of the resource. Default: none, the PDP uses its own default. */
  readonly policyVersion?: string;
  /** How many resources to send. Default: 1. */
  readonly resources?: number;
  /** How many actions to send for each resource. Default: 1. */
  readonly actions?: number;
  /** The origin of the page that sends it. Default: none, as from a program. */
  readonly origin?: string;
}

/** A decision. If the check had a token, it was accepted. */
export interface Decided {
  readonly is: "decision";
  readonly allowed: boolean;
  /** What decided: a policy for the kind, a policy for the principal's id, no policy, or unknown. */
  readonly policy: "resource" | "principal" | "none" | "unknown";
  /** Whether the attributes did not fit a schema. */
  readonly misfit: boolean;
  /** The values of the policies' outputs. */
  readonly outputs: readonly unknown[];
}

/** The meaning of the PDP's reply. */
export type Outcome =
  | Decided
  /** Refused as tokens are refused: by a PDP with 400 and code 3, by a gateway with 401 and code 16. */
  | { readonly is: "refusal"; readonly status: number }
  /** Neither: an error, a rate limit, or a server that is not a PDP. It proves nothing. */
  | { readonly is: "unclear"; readonly seen: string };

/** Sends requests to the PDP, or to the gateway in front of it. */
export interface PdpProbe {
  /** Sends a check, and returns what the reply means. */
  check(probeCheck: ProbeCheck): Promise<Outcome>;
  /** Sends a check, and returns the raw reply. */
  send(probeCheck: ProbeCheck): Promise<Reply>;
  /** Sends the preflight of a request with an `Authorization` header, as a browser does. */
  preflight(origin: string): Promise<Reply>;
  /** Returns the version that it reports; `undefined` if it reports none. */
  version(): Promise<string | undefined>;
}

/** Options of {@link createPdpProbe}. */
export interface ProbeOptions {
  /** The id of the key set. Default: none, for a PDP with one key set. */
  readonly keySetId?: string | undefined;
  /** The status of a refused token: 400 from a PDP, 401 from a gateway. Default: either. */
  readonly refusals?: readonly (400 | 401)[];
}

/** Creates a probe of the PDP at this base URL. */
export function createPdpProbe(
  fetch: typeof globalThis.fetch,
  url: string,
  { keySetId, refusals = [400, 401] }: ProbeOptions = {},
): PdpProbe {
  const endpoint = `${url}/api/check/resources`;

  const send = ({ origin, ...probeCheck }: ProbeCheck): Promise<Reply> =>
    request(fetch, endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", ...(origin !== undefined && { origin }) },
      body: JSON.stringify(bodyOf(probeCheck, keySetId)),
    });

  return {
    send,
    check: async (probeCheck) => outcomeOf(await send(probeCheck), probeCheck.action ?? PROBE_ACTION, refusals),
    preflight: (origin) =>
      request(fetch, endpoint, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization,content-type",
        },
      }),
    version: async () => {
      const reply = await request(fetch, `${url}/api/server_info`);
      const version = reply.kind === "answer" && reply.status === 200 ? at(reply.body, "version") : undefined;
      // It is printed on a terminal, so only something that looks like a version is returned.
      return typeof version === "string" && /^\d+\.\d+[\w.+-]{0,40}$/.test(version) ? version : undefined;
    },
  };
}

function outcomeOf(reply: Reply, action: string, refusals: readonly number[]): Outcome {
  if (reply.kind === "nothing") return { is: "unclear", seen: describe(reply) };
  const { status, body } = reply;
  const code = at(body, "code");
  // Cerbos refuses a token like any bad request, with the first one. Only a gateway answers with the second one.
  const isRefusal = (status === 400 && code === INVALID_ARGUMENT) || (status === 401 && code === UNAUTHENTICATED);
  if (isRefusal && refusals.includes(status)) return { is: "refusal", status };
  const row = at(body, "results", 0);
  const effect = at(row, "actions", action);
  if (status !== 200 || typeof effect !== "string") return { is: "unclear", seen: describe(reply) };
  return {
    is: "decision",
    allowed: effect === "EFFECT_ALLOW",
    policy: policyOf(at(row, "meta", "actions", action, "matchedPolicy")),
    misfit: listOf(at(row, "validationErrors")).length > 0,
    outputs: listOf(at(row, "outputs")).map((output) => at(output, "val")),
  };
}

function policyOf(matched: unknown): Decided["policy"] {
  if (typeof matched !== "string" || matched === "") return "unknown";
  if (matched === "NO_MATCH") return "none";
  return matched.startsWith("principal.") ? "principal" : "resource";
}

function bodyOf(probeCheck: Omit<ProbeCheck, "origin">, keySetId: string | undefined): object {
  const { token, principal, kind = PROBE_KIND, action = PROBE_ACTION, id = "doctor", attr = {} } = probeCheck;
  const { scope, policyVersion, resources = 1, actions = 1 } = probeCheck;
  return {
    requestId: "kinde-cerbos-doctor",
    includeMeta: true,
    principal: typeof principal === "string" ? { id: principal, roles: ["user"], attr: {} } : principal,
    // JSON leaves out `undefined`.
    resources: numbered(resources, id).map((each) => ({
      resource: { kind, id: each, attr, scope, policyVersion },
      actions: numbered(actions, action),
    })),
    ...(token !== undefined && { auxData: { jwt: { token, ...(keySetId !== undefined && { keySetId }) } } }),
  };
}

/** Returns names such as `probe`, `probe-2`, `probe-3`. */
function numbered(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
}
