import { at, type Fields, listOf } from "./fields.ts";
import { describe, type Reply, request } from "./http.ts";

/** The resource kind and the action of `doctor.yaml` in `@kinde-cerbos/policies`, which are there to be asked for. */
export const PROBE_KIND = "kinde_doctor";

/** See {@link PROBE_KIND}. */
export const PROBE_ACTION = "probe";

/** What is asked of the PDP. */
export interface Question {
  /** Default: no token. */
  readonly token?: string;
  /** `principal.id`. */
  readonly principal: string;
  /** Default: {@link PROBE_KIND}. */
  readonly kind?: string;
  /** Default: none. */
  readonly attr?: Fields;
  /** How many resources. Default: 1. */
  readonly resources?: number;
  /** How many actions of each. Default: 1. */
  readonly actions?: number;
  /** Default: none, as from a program. */
  readonly origin?: string;
}

/** What the PDP's reply means. */
export type Outcome =
  /** It has decided: it has accepted the token, if there was one. */
  | { readonly is: "decision"; readonly allowed: boolean; readonly policy: "matched" | "none" | "unknown"; readonly misfit: boolean }
  /** It has refused the request in the way it refuses tokens: 400 with code 3, a gateway 401 with code 16. */
  | { readonly is: "refusal"; readonly status: number }
  /** Neither: a fault, a rate limit, something else that answers. It proves nothing. */
  | { readonly is: "unclear"; readonly seen: string };

/** Asks the PDP, or the gateway in front of it. */
export interface PdpProbe {
  ask(question: Question): Promise<Outcome>;
  /** The same, as it came. */
  send(question: Question): Promise<Reply>;
  /** What a browser asks before a request that has an `Authorization` header. */
  preflight(origin: string): Promise<Reply>;
  /** The version it says it has; undefined where it does not say. */
  version(): Promise<string | undefined>;
}

/** Code of gRPC for "unauthenticated". A gateway answers with it; the PDP itself never does. */
const UNAUTHENTICATED = 16;

/** Code of gRPC for "invalid argument": what Cerbos 0.51 answers for a token it does not accept, and for bad requests. */
const INVALID_ARGUMENT = 3;

/** How to ask. */
export interface ProbeOptions {
  /** Default: none, as the PDP has one key set. */
  readonly keySetId?: string | undefined;
  /** The status by which tokens are refused: a PDP's or a gateway's. Default: either. */
  readonly refusals?: readonly (400 | 401)[];
}

/** A probe of the PDP below this URL. */
export function createPdpProbe(
  fetch: typeof globalThis.fetch,
  url: string,
  { keySetId, refusals = [400, 401] }: ProbeOptions = {},
): PdpProbe {
  const endpoint = `${url}/api/check/resources`;

  const send = ({ origin, ...question }: Question): Promise<Reply> =>
    request(fetch, endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", ...(origin !== undefined && { origin }) },
      body: JSON.stringify(bodyOf(question, keySetId)),
    });

  return {
    send,
    ask: async (question) => outcomeOf(await send(question), refusals),
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
      // Printed on a terminal, so only what is a version.
      return typeof version === "string" && /^\d+\.\d+[\w.+-]{0,40}$/.test(version) ? version : undefined;
    },
  };
}

function outcomeOf(reply: Reply, refusals: readonly number[]): Outcome {
  if (reply.kind === "nothing") return { is: "unclear", seen: describe(reply) };
  const { status, body } = reply;
  const code = at(body, "code");
  const isRefusal = (status === 400 && code === INVALID_ARGUMENT) || (status === 401 && code === UNAUTHENTICATED);
  if (isRefusal && refusals.includes(status)) return { is: "refusal", status };
  const row = at(body, "results", 0);
  const effect = at(row, "actions", PROBE_ACTION);
  if (status !== 200 || typeof effect !== "string") return { is: "unclear", seen: describe(reply) };
  const matched = at(row, "meta", "actions", PROBE_ACTION, "matchedPolicy");
  return {
    is: "decision",
    allowed: effect === "EFFECT_ALLOW",
    policy: matched === "NO_MATCH" ? "none" : typeof matched === "string" && matched !== "" ? "matched" : "unknown",
    misfit: listOf(at(row, "validationErrors")).length > 0,
  };
}

function bodyOf(question: Omit<Question, "origin">, keySetId: string | undefined): object {
  const { token, principal, kind = PROBE_KIND, attr = {}, resources = 1, actions = 1 } = question;
  return {
    requestId: "kinde-cerbos-doctor",
    includeMeta: true,
    principal: { id: principal, roles: ["user"], attr: {} },
    resources: numbered(resources, "doctor").map((id) => ({
      resource: { kind, id, attr },
      actions: numbered(actions, PROBE_ACTION),
    })),
    ...(token !== undefined && { auxData: { jwt: { token, ...(keySetId !== undefined && { keySetId }) } } }),
  };
}

/** `probe`, `probe-2`, `probe-3`. */
function numbered(count: number, name: string): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
}
